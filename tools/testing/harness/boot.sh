# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# Starting the layers: L0 is this machine, L1 the emulated host, L2 the guest.

# XSAVE or AVX under emulated SVM make guests warn or crash: this list works.
L0_CPU_PLAIN="EPYC,+svm,+npt,+nrip-save,-xsave,-avx,-avx2,-fma,-f16c,-pclmulqdq,-aes,-sha-ni"
# The short list with which QEMU's TCG passes an invariant TSC on.
L0_CPU_TRUSTED="qemu64,+svm,+npt,+invtsc,x-force-features=on"

CLOCKSOURCE=/sys/devices/system/clocksource/clocksource0

# host_name HOST: its name without the modifier.
host_name()
{
	echo "${1%+carry}"
}

# host_carries HOST: yes where its VMM carries kvm-clock on over a pause, else no.
host_carries()
{
	case $1 in
	*+carry) echo yes ;;
	*) echo no ;;
	esac
}

# host_profile HOST: sets L0_CPU, L1_ARGS and L2_CPU for a host's name.
host_profile()
{
	case $(host_name "$1") in
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
	*) die "unknown host '$1': one of good trusted bad tcg, or with +carry" ;;
	esac
}

# direct_kvm HOST: whether this machine can play the host itself.
direct_kvm()
{
	case ${GUESTCLOCK_VM_LAYERS:-auto}:$(host_name "$1") in
	yes:* | *:bad) return 1 ;;
	esac
	grep -qwE 'svm|vmx' /proc/cpuinfo && [ -w /dev/kvm ] &&
		[ "$(cat $CLOCKSOURCE/current_clocksource)" = tsc ]
}

# layers HOST: what runs its guests: tcg, direct (this machine's KVM) or emulated
layers()
{
	if [ "$(host_name "$1")" = tcg ]; then
		echo tcg
	elif direct_kvm "$1"; then
		echo direct
	else
		echo emulated
	fi
}

# Each character on the console leaves the guest, which takes its time: what is not a
# warning is in the result disk's dmesg. A log that wraps around would lose it, and which
# test a declared line belongs to.
GUEST_LOG="loglevel=5 log_buf_len=1M"

# A guest under test shows every ten seconds that it lives; one that does not for so
# many seconds is looked at, before SILENCE_LIMIT ends it.
QUIET_LIMIT=25

# agent_options: the host agent's, in shell words.
agent_options()
{
	[ "$RUN_MODE" = shell ] || echo "-q $QUIET_LIMIT"
}

# vmm_command ACCELERATOR CPU DIRECTORY RESULTS DISK KEEP SHIM CARRY: the VMM's command
# line in shell words. DIRECTORY holds vmlinuz and initrd, the next three are disks,
# SHIM is preloaded, CARRY is the file it needs to carry kvm-clock on.
vmm_command()
{
	[ "$(host_carries "$RUN_HOST")" = no ] || set -- "$@" "GUESTCLOCK_CARRY=$8"
	echo "env LD_PRELOAD=$7 ${9:-} qemu-system-x86_64" \
		"-machine q35 -accel $1 -cpu $2${RUN_CPU:+,$RUN_CPU}" \
		"-smp $RUN_SMP -m 512 -nodefaults -no-user-config" \
		"-display none -no-reboot -no-shutdown" \
		"-drive file=$4,format=raw,if=virtio $(disk_devices "$5" "$6")" \
		"-kernel $3/vmlinuz -initrd $3/initrd" \
		"-append 'console=ttyS0 panic=-1 $GUEST_LOG" \
		"gc_harness.first=$RUN_FIRST $RUN_APPEND'"
}

# boot_layers RUN_DIR: becomes whatever runs the guest of RUN_DIR, which
# holds vmlinuz, initrd and result.img and gets *.console, *.log and host.jsonl.
boot_layers()
{
	[ "$(layers "$RUN_HOST")" = tcg ] || host_profile "$RUN_HOST"
	case $(layers "$RUN_HOST") in
	tcg) boot_here "$1" tcg,thread=multi "$L0_CPU_PLAIN" ;;
	direct) boot_here "$1" kvm "$L2_CPU" ;;
	emulated) boot_emulated "$1" ;;
	esac
}

# boot_here RUN_DIR ACCELERATOR CPU: the guest straight on this machine.
boot_here()
{
	here_agent=$(host_agent) || exit 1
	here_shim=${here_agent%/*}/$CLOCK_SHIM
	here_console=$1/guest.console
	rm -f "$1/carry"
	[ "$RUN_MODE" != shell ] || here_console=-
	eval "set -- '$1' $(vmm_command "$2" "$3" "'$1'" "'$1/result.img'" \
		"'$1/disk.img'" "'$1/keep.img'" "'$here_shim'" "'$1/carry'")"
	here_dir=$1
	shift
	# shellcheck disable=SC2046 # words of our own making
	exec "$here_agent" $(agent_options) "$here_console" "$here_dir/host.jsonl" "$@" \
		2>"$here_dir/qemu.log"
}

# QEMU sets the flag of a virtual interrupt without the lock that
# guards the others (helper_vmrun() in target/i386/tcg/sysemu/svm_helper.c), so
# now and then the flag of a real one is lost, and a CPU of the host that sleeps
# for good never hears of what still waits in its APIC. With nohz=off each of them
# looks there again at the next tick.
EMULATED_ARGS="nohz=off"

# With each fxrstor, on any CPU, QEMU also writes the first CPU's hflags2 back, without a
# lock (cpu_clear_ignne() in target/i386/tcg/sysemu/fpu_helper.c). Where that CPU enters
# or leaves a guest at that moment, its flag of nested paging is lost or comes back: the
# next page walk goes through the wrong tables, and guest or host dies of a triple fault.
# So the first CPU of the emulated host runs no guest.
EMULATED_CPUS=3
GUEST_CPUS=1-$((EMULATED_CPUS - 1))

# boot_emulated RUN_DIR: the guest inside an emulated host.
boot_emulated()
{
	boot_dir=$1
	boot_kernel=$(kernel_image own) || exit 1
	boot_host=$(host_image) || exit 1
	boot_part=$boot_dir/host-root
	rm -rf "$boot_part"
	mkdir -p "$boot_part/guest"
	ln "$boot_dir/vmlinuz" "$boot_dir/initrd" "$boot_part/guest/"
	echo "taskset -c $GUEST_CPUS" "$(vmm_command kvm "$L2_CPU" /guest /dev/vda \
		/dev/vdb /dev/vdc "/usr/lib/$CLOCK_SHIM" /tmp/carry)" \
		>"$boot_part/guest/command"
	agent_options >"$boot_part/guest/options"
	pack_root "$boot_part" "$boot_dir/host-part.cpio"
	cat "$boot_host" "$boot_dir/host-part.cpio" >"$boot_dir/host-initrd"
	rm -rf "$boot_part" "$boot_dir/host-part.cpio"
	boot_console=file,id=guest,path=$boot_dir/guest.console
	[ "$RUN_MODE" != shell ] || boot_console=stdio,id=guest,signal=off
	[ "$RUN_MODE" = shell ] || exec >"$boot_dir/qemu.out"
	# shellcheck disable=SC2046 # paths of our own making
	exec qemu-system-x86_64 -machine q35 \
		-accel tcg,thread=multi -cpu "$L0_CPU" -smp "$EMULATED_CPUS" -m 2048 \
		-nodefaults -no-user-config -display none -no-reboot \
		-kernel "$boot_kernel/vmlinuz" -initrd "$boot_dir/host-initrd" \
		-append "console=ttyS0 panic=-1 loglevel=5 $EMULATED_ARGS $L1_ARGS" \
		-serial file:"$boot_dir/host.console" \
		-drive file="$boot_dir/result.img",format=raw,if=virtio \
		$(host_disks "$boot_dir") \
		-device virtio-serial-pci \
		-chardev "$boot_console" \
		-device virtserialport,chardev=guest,name=guest \
		-chardev file,id=log,path="$boot_dir/host.jsonl" \
		-device virtserialport,chardev=log,name=log \
		2>"$boot_dir/qemu.log"
}
