# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# The middle layer: a small Linux host with the real KVM, used where the
# machine itself has no hardware virtualisation.

HOST_MODULES="virtio_pci virtio_blk virtio_console kvm_amd"

# What is preloaded into the VMM; it lies beside the host agent.
CLOCK_SHIM=clock_truth.so

# host_agent: the path of the built host agent.
host_agent()
{
	agent_key=$(hash_of "$VM_D"/host/agent/* "$VM_D"/host/shim/*)
	agent_file=$CACHE/hosts/agent-$agent_key
	if [ ! -e "$agent_file/host-agent" ]; then
		mkdir -p "$agent_file"
		cc -D_GNU_SOURCE -O2 -Wall -Wextra -o "$agent_file/new.$$" \
			"$VM_D"/host/agent/*.c -ljansson >&2 ||
			die "building the host agent failed:" \
				"is libjansson-dev installed?"
		cc -D_GNU_SOURCE -O2 -Wall -Wextra -shared -fPIC \
			-o "$agent_file/new-shim.$$" "$VM_D"/host/shim/*.c >&2 ||
			die "building what the VMM preloads failed"
		mv "$agent_file/new-shim.$$" "$agent_file/$CLOCK_SHIM"
		mv "$agent_file/new.$$" "$agent_file/host-agent"
	fi
	echo "$agent_file/host-agent"
}

# host_image: the path of the cached initramfs, made when its inputs changed.
host_image()
{
	need qemu-system-x86_64 qemu-system-x86
	host_kernel=$(kernel_image own) || exit 1
	host_program=$(host_agent) || exit 1
	host_key=$(hash_of "$host_program" "${host_program%/*}/$CLOCK_SHIM" \
		"$VM_D/host/init" "$VM_D/host-image.sh" \
		"$VM_D/cpio.sh" "$(command -v busybox)" \
		"$(command -v qemu-system-x86_64)" "$host_kernel/vmlinuz")
	host_file=$CACHE/hosts/$host_key.cpio
	[ -e "$host_file" ] ||
		locked host-image make_host_image "$host_kernel" \
			"$host_program" "$host_file" >&2 || exit 1
	echo "$host_file"
}

# make_host_image KERNEL_IMAGE AGENT FILE
make_host_image()
{
	[ ! -e "$3" ] || return 0
	say "building the host image"
	mkdir -p "$CACHE/hosts"
	host_root=$(mktemp -d "$CACHE/hosts/root.XXXXXX")
	put_busybox "$host_root"
	put_program "$host_root" "$(command -v qemu-system-x86_64)"
	put_program "$host_root" "$2"
	mkdir -p "$host_root/usr/lib"
	cp "${2%/*}/$CLOCK_SHIM" "$host_root/usr/lib/"
	# shellcheck disable=SC2086
	copy_modules "$1" "$host_root/modules" $HOST_MODULES
	mkdir -p "$host_root/usr/share/qemu"
	for firmware in bios-256k.bin linuxboot_dma.bin kvmvapic.bin; do
		firmware_file=$(find -L /usr/share/qemu /usr/share/seabios \
			-name "$firmware" | head -n 1)
		[ -n "$firmware_file" ] ||
			die "firmware $firmware is missing: install seabios" \
				"and qemu-system-data"
		cp -L "$firmware_file" "$host_root/usr/share/qemu/"
	done
	cp "$VM_D/host/init" "$host_root/init"
	chmod 755 "$host_root/init"
	pack_root "$host_root" "$3"
	rm -rf "$host_root"
	keep_newest 4 "$CACHE"/hosts/*.cpio
}
