# SPDX-License-Identifier: Apache-2.0
CFLAGS   ?= -O2 -g
STATICCC ?= musl-gcc -static
WERROR   ?= $(if $(CI),-Werror)
WARN     := -std=gnu17 -D_GNU_SOURCE -Wall -Wextra $(WERROR) -Wshadow -Wstrict-prototypes \
            -Wmissing-prototypes -Wvla -Wwrite-strings -Wformat=2 -Wconversion -Wno-sign-conversion
ALLC      = $(WARN) $(CFLAGS) $(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-sanitize-recover=all) -MMD -MP
comma    := ,
O        := out$(if $(SANITIZE),-$(subst $(comma),-,$(SANITIZE)))
LIBS      = -larchive -ljansson -lcrypto -l:libdeflate.a -lisal -lpthread

srcs  := $(wildcard builder/*.c builder/*/*.c)
objs   = $(srcs:%.c=$(O)/%.o)
roles := $(basename $(notdir $(wildcard entrypoints/*.c))) $(notdir $(patsubst %/main.c,%,$(wildcard entrypoints/*/main.c)))
units := $(basename $(notdir $(wildcard tests/unit/*.c)))

all: $(O)/lili $(roles:%=$(O)/%) ## build lili and the entrypoints into out/

$(O)/lili: $(O)/builder/main.o $(O)/builder.a
	$(CC) $(ALLC) -o $@ $^ $(LIBS)
$(O)/builder.a: $(filter-out %/main.o,$(objs))
	@rm -f $@
	$(AR) rcs $@ $^
$(O)/builder/%.o: builder/%.c
	@mkdir -p $(@D)
	$(CC) $(ALLC) -Ibuilder -c -o $@ $<
# A role is one file, or a folder of its name.
.SECONDEXPANSION:
$(roles:%=$(O)/%): $(O)/%: $$(wildcard entrypoints/%.c entrypoints/%/*.[ch]) $(wildcard entrypoints/lib/*.[ch])
	@mkdir -p $(@D)
	$(STATICCC) $(WARN) $(CFLAGS) -ffile-prefix-map=$(CURDIR)=. -Ientrypoints -o $@.debug $(filter %.c,$^)
	strip -o $@ $@.debug
$(O)/unit/%: tests/unit/%.c $(O)/builder.a
	@mkdir -p $(@D)
	$(CC) $(ALLC) -Ibuilder -o $@ $(filter %.c %.a,$^) $(LIBS) -lcmocka

check: all $(units:%=$(O)/unit/%) ## run every test
	tests/check-layers builder
	CMOCKA_MESSAGE_OUTPUT=TAP BIN=$(CURDIR)/$(O) prove -j2 --comments -e '' $(units:%=$(O)/unit/%) tests/*.bats
clean: ## remove out/
	rm -rf out out-*
.PHONY: all check clean
-include $(objs:.o=.d) $(wildcard $(O)/unit/*.d)
