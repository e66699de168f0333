# SPDX-License-Identifier: GPL-2.0-only
#
# guestclock: the kernel module in kmod/, the programs in user/. "make help"
# says what there is. KDIR= or KVER= choose the kernel, V=1 shows commands.

KVER ?= $(shell uname -r)
KDIR ?= /lib/modules/$(KVER)/build
PREFIX ?= /usr/local
DESTDIR ?=
DEPMOD ?= /sbin/depmod
# What the kernel calls itself; "make kernelrelease" leaves out what a
# distribution added to the version.
KERNEL_RELEASE = sed -n 's/.*"\(.*\)".*/\1/p' '$(KDIR)/include/generated/utsrelease.h'
# Where modules_install puts the module below /lib/modules/VERSION.
INSTALL_MOD_DIR ?= updates

T := tools/testing

ifeq ($(V),1)
Q :=
else
Q := @
MAKEFLAGS += --no-print-directory
endif

# Headers packages come without the kernel's key; signing would only complain.
NO_KEY = $(if $(wildcard $(KDIR)/certs/signing_key.pem),,CONFIG_MODULE_SIG_ALL=)

.DEFAULT_GOAL := all

all: user kmod ## build the client and the module for the running kernel

# Kbuild's own output is quiet enough; without headers the way out is named.
kmod: ## build kmod/guestclock.ko (KDIR=, KVER=)
	$(Q)$(T)/need-headers '$(KDIR)' '$(KVER)'
	$(Q)$(MAKE) -C '$(KDIR)' M='$(CURDIR)/kmod' modules

user: ## build the client, which needs no kernel headers
	$(Q)$(MAKE) -C user all

check: ## run the quick tests; ends with "N passed, N failed, N skipped"
	$(Q)$(T)/setup build user vm
	$(Q)$(T)/with-proc $(T)/check

check-all: ## run all tests, on every kernel and host, and the static checks
	$(Q)$(T)/setup
	$(Q)$(T)/with-proc $(T)/check all

soak: ## the same tests with large counts; continues where it stopped
	$(Q)$(T)/setup
	$(Q)$(T)/with-proc $(T)/check soak

in-tree: ## build it inside a kernel tree, as a module and built in
	$(Q)$(T)/setup user vm kernel
	$(Q)$(T)/with-proc $(T)/in-tree

bench-guest: ## measure what it costs, in a throw-away guest
	$(Q)$(T)/setup user vm build
	$(Q)$(T)/with-proc $(T)/bench/run vm 7 good

mutants: ## break module and client on purpose; every breakage must be noticed
	$(Q)$(T)/setup
	$(Q)$(T)/with-proc $(T)/mutants/run

coverage: ## which lines of module and client the tests reach, and which not
	$(Q)$(T)/setup user vm kernel fuzz
	$(Q)$(T)/with-proc $(T)/coverage/client
	$(Q)$(T)/with-proc $(T)/coverage/module

demo: ## show it at work in a throw-away guest
	$(Q)$(T)/setup user vm build
	$(Q)$(T)/with-proc $(T)/demo

lint: ## the static checks: style, warnings, analysers, documentation
	$(Q)$(T)/setup
	$(Q)$(T)/with-proc $(T)/lint

fuzz: ## fuzz what the client parses (SECONDS=)
	$(Q)$(T)/setup user fuzz
	$(Q)$(T)/with-proc $(T)/fuzz/run $(or $(SECONDS),check)

regen: ## make header, policies and ops again from the netlink spec
	$(Q)$(T)/setup vm lint
	$(Q)$(T)/with-proc tools/regen-netlink.sh "$$($(T)/vm source)"

docs: ## make the man pages
	$(Q)$(MAKE) -C user man

install: all ## install client, man pages and module (DESTDIR=, PREFIX=)
	$(Q)$(MAKE) -C user install DESTDIR='$(DESTDIR)' PREFIX='$(PREFIX)'
	$(Q)$(MAKE) -C '$(KDIR)' M='$(CURDIR)/kmod' modules_install \
		INSTALL_MOD_PATH='$(DESTDIR)' INSTALL_MOD_DIR='$(INSTALL_MOD_DIR)' \
		DEPMOD=true $(NO_KEY)
	$(Q)[ -n '$(DESTDIR)' ] || $(DEPMOD) "$$($(KERNEL_RELEASE))"

uninstall: ## remove what install put there
	$(Q)$(MAKE) -C user uninstall DESTDIR='$(DESTDIR)' PREFIX='$(PREFIX)'
	$(Q)release=$$($(KERNEL_RELEASE)) && \
	rm -f '$(DESTDIR)'/lib/modules/"$$release"/'$(INSTALL_MOD_DIR)'/guestclock.ko* && \
	{ [ -n '$(DESTDIR)' ] || $(DEPMOD) "$$release"; }

clean: ## remove what was built
	$(Q)$(MAKE) -C user clean
	$(Q)[ ! -e $(T)/unit/Makefile ] || $(MAKE) -C $(T)/unit clean
	$(Q)cd kmod && find . \( -name '*.o' -o -name '*.ko' -o -name '*.mod' \
		-o -name '*.mod.c' -o -name '.*.cmd' -o -name Module.symvers \
		-o -name modules.order \) -delete

help: ## this list
	$(Q)echo 'usage: make [TARGET] [VARIABLE=VALUE]...'
	$(Q)echo
	$(Q)sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1|\2/p' Makefile | \
		while IFS='|' read -r name text; do \
			printf '%-13s %s\n' "$$name" "$$text"; done
	$(Q)echo
	$(Q)echo 'KVER=VERSION  kernel to build for, the running one if not given'
	$(Q)echo 'KDIR=DIR      its build directory, /lib/modules/KVER/build'
	$(Q)echo 'PREFIX=DIR    where the client goes, /usr/local'
	$(Q)echo 'DESTDIR=DIR   put in front of every installed path'
	$(Q)echo 'SECONDS=N     how long each fuzz target runs, in place of 3000 inputs'
	$(Q)echo 'V=1           show the commands'

.PHONY: all kmod user check check-all soak in-tree bench-guest mutants coverage demo lint fuzz \
	regen docs install uninstall clean help
