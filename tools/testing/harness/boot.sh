# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# Starting the layers: L0 is this machine, L1 the emulated host, L2 the guest.

# XSAVE or AVX under emulated SVM make guests warn or crash: this list works.
L0_CPU_PLAIN="EPYC,+svm,+npt,+nrip-save,-xsave,-avx,-avx2,-fma,-f16c,-pclmulqdq,-aes,-sha-ni"
# The short list with which QEMU's TCG passes an invariant TSC on.
L0_CPU_TRUSTED="qemu64,+svm,+npt,+invtsc,x-force-features=on"

# host_profile HOST: sets L0_CPU, L1_ARGS and L2_CPU for a host's name.
host_profile()
{
	case $1 in
	good)
		L0_CPU=$L0_CPU_PLAIN
		L1_ARGS="tsc=reliable clocksource=tsc"
		L2_CPU=host ;;
	trusted)
		L0_CPU=$L0_CPU_TRUSTED
		L1_ARGS="tsc=reliable clocksource=tsc"
		L2_CPU=host,+invtsc,migratable=no ;;
	bad)
		L0_CPU=$L0_CPU_PLAIN
		L1_ARGS=
		L2_CPU=host ;;
	*) die "unknown host '$1': one of good trusted bad tcg" ;;
	esac
}

# boot_layers RUN_DIR: becomes the emulated host with the guest of RUN_DIR in it.
# RUN_DIR holds vmlinuz, initrd and result.img; it gets *.console.
boot_layers()
{
	boot_dir=$1
	boot_kernel=$(kernel_image own) || exit 1
	boot_host=$(host_image) || exit 1
	host_profile "$RUN_HOST"
	boot_part=$boot_dir/host-root
	mkdir -p "$boot_part/guest"
	ln "$boot_dir/vmlinuz" "$boot_dir/initrd" "$boot_part/guest/"
	cat >"$boot_part/guest/command" <<-END
	qemu-system-x86_64 -machine q35 -accel kvm -cpu $L2_CPU \\
		-smp $RUN_SMP -m 512 -nodefaults -no-user-config \\
		-display none -no-reboot -L /usr/share/qemu \\
		-serial pipe:/dev/port-guest \\
		-drive file=/dev/vda,format=raw,if=virtio \\
		-kernel /guest/vmlinuz -initrd /guest/initrd \\
		-append 'console=ttyS0 panic=-1 $RUN_CONSOLE $RUN_APPEND'
	END
	pack_root "$boot_part" "$boot_dir/host-part.cpio"
	cat "$boot_host" "$boot_dir/host-part.cpio" >"$boot_dir/host-initrd"
	qemu_log=$boot_dir/qemu.log
	exec qemu-system-x86_64 -machine q35 \
		-accel tcg,thread=multi -cpu "$L0_CPU" -smp 2 -m 2048 \
		-nodefaults -no-user-config -display none -no-reboot \
		-kernel "$boot_kernel/vmlinuz" -initrd "$boot_dir/host-initrd" \
		-append "console=ttyS0 panic=-1 loglevel=5 $L1_ARGS" \
		-serial file:"$boot_dir/host.console" \
		-drive file="$boot_dir/result.img",format=raw,if=virtio \
		-device virtio-serial-pci \
		-chardev file,id=guest,path="$boot_dir/guest.console" \
		-device virtserialport,chardev=guest,name=guest >"$qemu_log" 2>&1
}
