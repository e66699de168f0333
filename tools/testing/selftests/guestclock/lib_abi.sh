# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# shellcheck disable=SC2034 # whoever sources it takes what it needs
#
# Commands, attributes and flags as nl_request wants them: the numbers of
# netlink/specs/guestclock.yaml, which are for good. To be sourced.

STATUS_GET=1
OBSERVER_GET=2
PVCLOCK_GET=3
TSC_GET=4
CLOCKSOURCE_GET=5
TSC_MEASURE=6
EVENT_GET=7
EVENT_NTF=8
TSC_INFO_GET=9
TSC_SWEEP_GET=10
TSC_SWEEP_SET=11
TSC_PAIR_MEASURE=12
WATCHDOG_GET=13
CLOCK_READ=14
CLOCK_GET=15
TSC_CPU=1
TSC_REF_CPU=2
TSC_ROUNDS=13
TSC_SWEEP_PERIOD=1
TSC_SWEEP_ROUNDS=2
TSC_SWEEP_HYSTERESIS=5
EVENT_SEQ=1
EVENT_SINCE=35
CLOCK_CPU=6
NESTED=$((0x8000))
