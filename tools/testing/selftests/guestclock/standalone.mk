# SPDX-License-Identifier: GPL-2.0-only
# What of lib.mk the selftests need where there is no kernel tree.

OUTPUT ?= $(CURDIR)
COLLECTION ?= guestclock
CFLAGS += -D_GNU_SOURCE=
TEST_GEN_FILES := $(addprefix $(OUTPUT)/,$(TEST_GEN_FILES))

all: $(TEST_GEN_FILES) $(TEST_GEN_MODS_DIR)

$(OUTPUT)/%: %.c $(LOCAL_HDRS)
	$(LINK.c) $(filter %.c,$^) $(LDLIBS) -o $@

test_module:
	$(MAKE) -C $@ KDIR=$(KDIR)

install: all
	mkdir -p $(INSTALL_PATH)/$(TEST_GEN_MODS_DIR)
	cp -p $(TEST_PROGS) $(TEST_FILES) $(TEST_GEN_FILES) config settings $(INSTALL_PATH)/
	$(if $(TEST_GEN_MODS_DIR),cp -p test_module/*.ko $(INSTALL_PATH)/test_module/)

emit_tests:
	@for test in $(TEST_PROGS); do echo $(COLLECTION):$$test; done

clean:
	$(RM) $(TEST_GEN_FILES)
	$(MAKE) -C test_module clean

run_tests:
	$(error run_tests is kselftest's: KSFT_SRC=LINUX names a kernel source tree)

.PHONY: all test_module install emit_tests clean run_tests
