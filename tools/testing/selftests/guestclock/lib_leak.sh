# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Whether the kernel keeps memory that it should have freed: what grows is compared
# with how often it could have. A leak is there each time, and noise is not. Sourced
# after lib.sh.

# KiB that come and go with nobody at fault.
GC_LEAK_NOISE=1024
# The smallest leak that is noticed, in bytes each time.
GC_LEAK_EACH=32

# gc_kernel_memory: KiB that the kernel holds for itself and cannot give back
gc_kernel_memory()
{
	echo 3 >/proc/sys/vm/drop_caches
	sleep 0.2
	awk '/^(SUnreclaim|VmallocUsed|Percpu):/ { sum += $2 } END { print sum }' /proc/meminfo
}

gc_leak_begin()
{
	gc_leak_before=$(gc_kernel_memory)
}

# gc_leak_result COUNT DESCRIPTION: the case passes when memory did not grow by
# what COUNT small leaks come to. KASAN keeps for a while what was freed, so that memory
# grows in any case; such kernels have kmemleak, and test_kmemleak.sh judges what ran
# before it in the same boot.
gc_leak_result()
{
	gc_leak_grown=$(($(gc_kernel_memory) - gc_leak_before))
	gc_leak_limit=$((GC_LEAK_NOISE + $1 * GC_LEAK_EACH / 1024))
	tap_diag "the kernel's memory grew by $gc_leak_grown KiB, $gc_leak_limit allowed"
	if gc_has_kasan; then
		tap_skip "$2" "KASAN keeps what was freed; kmemleak judges"
		return
	fi
	[ $gc_leak_grown -le $gc_leak_limit ]
	tap_result $? "$2"
}
