# SPDX-License-Identifier: GPL-2.0-only
#
# The libraries that the programs need, and how much make shows: V=1 is all.
# Wants GC_PACKAGES and GC_DEBIAN_PACKAGES of sources.mk.

PKG_CONFIG ?= pkg-config

ifeq ($(V),1)
Q :=
say = @:
else
Q := @
say = @printf '  %-8s%s\n'
endif

ifeq ($(filter clean uninstall,$(MAKECMDGOALS)),)
ifneq ($(shell command -v $(PKG_CONFIG) >/dev/null 2>&1 && echo yes),yes)
$(error pkg-config is missing; on Debian: apt-get install $(GC_DEBIAN_PACKAGES))
endif
missing := $(strip $(foreach lib,$(GC_PACKAGES),\
	$(shell $(PKG_CONFIG) --exists $(lib) 2>/dev/null || echo $(lib))))
ifneq ($(missing),)
$(error missing libraries: $(missing); on Debian: apt-get install $(GC_DEBIAN_PACKAGES))
endif
PKG_CFLAGS := $(shell $(PKG_CONFIG) --cflags $(GC_PACKAGES))
PKG_LIBS := $(shell $(PKG_CONFIG) --libs $(GC_PACKAGES)) -lm
endif
