# SPDX-License-Identifier: Apache-2.0
# Everything made goes to out/ (out-*/ for other compilers and sanitizers). `make help` lists the targets.
CFLAGS   ?= -O2 -g
STATICCC ?= musl-gcc -static
# A role is part of images: CFLAGS of the environment have no say in its bytes.
ROLEFLAGS := -O2 -g
CLANG    ?= clang-14
PREFIX   ?= /usr/local
JOBS     ?= $(shell nproc)
WERROR   ?= $(if $(CI),-Werror)
WARN     := -std=gnu17 -D_GNU_SOURCE -Wall -Wextra $(WERROR) -Wshadow -Wstrict-prototypes \
            -Wmissing-prototypes -Wvla -Wwrite-strings -Wformat=2 -Wconversion -Wno-sign-conversion
SANFLAGS  = $(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-sanitize-recover=all -fno-omit-frame-pointer)
ALLC      = $(WARN) $(CFLAGS) $(SANFLAGS) -Ibuilder -MMD -MP -MF $@.d -MT $@
comma    := ,
# Two lines of talk a file help nobody: V=1 shows the commands.
Q        := $(if $(V),,@)
say       = @echo '  $(1)  $@'
ifeq ($(MAKELEVEL),0)
MAKEFLAGS += -j$(JOBS)
endif
O        := out$(if $(SANITIZE),-$(subst $(comma),-,$(SANITIZE)))
LIBS      = -larchive -llzma -ljansson -lcrypto -l:libdeflate.a -lisal -lpthread

srcs   := $(wildcard builder/*.c builder/*/*.c)
objs    = $(srcs:%.c=$(O)/%.o)
roles  := $(basename $(notdir $(wildcard entrypoints/*.c))) $(notdir $(patsubst %/main.c,%,$(wildcard entrypoints/*/main.c)))
units  := $(basename $(notdir $(wildcard tests/unit/*.c)))
fuzzed := $(basename $(notdir $(wildcard tests/fuzz/*.c)))
csrcs  := $(wildcard builder/*.[ch] builder/*/*.[ch] entrypoints/*.[ch] entrypoints/*/*.[ch] tests/*/*.[ch])
# The engine's suite needs root and would only measure the sanitizer.
engine := $(if $(SANITIZE),,$(if $(filter 0,$(shell id -u)),$(wildcard tests/engine/*.bats)))

all: $(O)/lili $(roles:%=$(O)/%) ## build lili and the entrypoints into out/

images: all ## build every image of images/ into the store (IMAGES="spark" for some, MIRROR=DIR without a network)
	$(O)/lili build $(if $(MIRROR),--offline --locked --mirror $(MIRROR)) $(IMAGES)

$(O)/lili: $(O)/builder/main.o $(O)/builder.a
	$(call say,link)
	$(Q)$(CC) $(CFLAGS) $(SANFLAGS) -o $@ $^ $(LIBS)
$(O)/builder.a: $(filter-out %/main.o,$(objs))
	@rm -f $@
	$(Q)$(AR) rcs $@ $^
$(O)/builder/%.o: builder/%.c Makefile
	@mkdir -p $(@D)
	$(call say,cc)
	$(Q)$(CC) $(ALLC) -c -o $@ $<
# A role is one file, or a folder of its name.
.SECONDEXPANSION:
$(roles:%=$(O)/%): $(O)/%: $$(wildcard entrypoints/%.c entrypoints/%/*.[ch]) $(wildcard entrypoints/lib/*.[ch]) Makefile
	@mkdir -p $(@D)
	$(call say,role)
	$(Q)$(STATICCC) $(WARN) $(ROLEFLAGS) -ffile-prefix-map=$(CURDIR)=. -Ientrypoints -o $@.debug $(filter %.c,$^)
	$(Q)strip -o $@ $@.debug
$(O)/unit/%: tests/unit/%.c $(O)/builder.a
	@mkdir -p $(@D)
	$(call say,unit)
	$(Q)$(CC) $(ALLC) -o $@ $< $(O)/builder.a $(LIBS) -lcmocka
units: $(units:%=$(O)/unit/%)

check: all units ## run every test (SANITIZE=address,undefined make check: with sanitizers)
	@$(if $(wildcard tests/engine/*.bats),$(if $(engine),:,echo "not run: tests/engine ($(if $(SANITIZE),sanitizers,it starts a Docker Engine: needs root))"))
	BIN=$(CURDIR)/$(O) tests/run -j$(JOBS) $(engine) $(wildcard tests/*.bats) $(units:%=$(O)/unit/%)
check-units: units ## run the unit tests only
	tests/run -j$(JOBS) $(units:%=$(O)/unit/%)
bless: ## run every test and write what they made over tests/golden, for review
	BLESS=1 $(MAKE) check
soak: all units ## the long tests: a bare Debian 12, the whole image built again and again (root)
	BIN=$(CURDIR)/$(O) tests/run -j1 $(wildcard tests/soak/*.bats)
bench: all ## one Spark tarball to an image, against umoci, as a Markdown table (BENCH="--mirror DIR -n 7")
	@tests/bench $(O)/lili $(BENCH)

# cppcheck does not look into jansson's headers.
JANSSON := '-Djson_array_foreach(a, i, v)=for (i = 0; (v = json_array_get(a, i)); i++)' \
           '-Djson_object_foreach(o, k, v)=for (k = ""; (v = json_object_get(o, k));)'
lint: lint-gcc lint-clang lint-tidy ## format, both compilers with -Werror, static analysis, shellcheck
	clang-format-14 --dry-run -Werror $(csrcs)
	cppcheck -q -j$(JOBS) --std=c11 --language=c --enable=warning,portability,performance --inline-suppr \
		--suppressions-list=.cppcheck --error-exitcode=1 -D__linux__ $(JANSSON) -Ibuilder -Ientrypoints builder entrypoints
	shellcheck -x $(shell grep -lE '^#!.*(sh|bats)$$' .ci/* tests/* tests/*/* 2>/dev/null) $(wildcard tests/*.bash) $(shell find images -name '*.sh')
lint-gcc:
	$(MAKE) --no-print-directory O=out-lint/gcc CC=gcc WERROR=-Werror CFLAGS=-O2 all units
lint-clang:
	$(MAKE) --no-print-directory O=out-lint/clang CC=$(CLANG) WERROR=-Werror CFLAGS="-O1 -Wno-string-concatenation" all units
lint-tidy:
	printf '%s\n' $(filter builder/%.c,$(csrcs)) | xargs -P$(JOBS) -I{} clang-tidy-14 --quiet {} -- $(WARN) -Ibuilder 2>/dev/null
	printf '%s\n' $(filter entrypoints/%.c,$(csrcs)) | xargs -P$(JOBS) -I{} clang-tidy-14 --quiet {} -- $(WARN) -Ientrypoints 2>/dev/null

fuzz: $(fuzzed:%=out-fuzz/fuzz/%) ## fuzz each parser of outside bytes for FUZZ_SECONDS (60)
	tests/fuzz/seeds out-fuzz/seeds
	for f in $(fuzzed); do mkdir -p out-fuzz/corpus/$$f && out-fuzz/fuzz/$$f -max_total_time=$(or $(FUZZ_SECONDS),60) \
		-max_len=16384 -verbosity=0 -print_final_stats=1 -rss_limit_mb=2048 \
		-artifact_prefix=out-fuzz/ out-fuzz/corpus/$$f $$(ls -d out-fuzz/seeds/$$f 2>/dev/null) || exit 1; done
out-fuzz/fuzz/%: tests/fuzz/%.c fuzz-lib
	@mkdir -p $(@D)
	$(call say,fuzz)
	$(Q)$(CLANG) $(WARN) -O1 -g -fsanitize=fuzzer,address,undefined -Ibuilder -o $@ $< out-fuzz/builder.a $(LIBS)
fuzz-lib:
	$(MAKE) --no-print-directory O=out-fuzz CC=$(CLANG) SANITIZE=fuzzer-no-link,address,undefined CFLAGS='-O1 -g' out-fuzz/builder.a

deps: ## install what packages.txt names and this machine lacks (root, or sudo)
	.ci/deps packages.txt
# Under PREFIX, where Debian puts such things.
share = $(DESTDIR)$(PREFIX)/share
install: all ## put lili, its entrypoints, definitions, pages and completions under $(DESTDIR)$(PREFIX)
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/lib/lili $(share)/lili $(share)/man/man1 \
		$(share)/bash-completion/completions $(share)/zsh/vendor-completions $(share)/fish/vendor_completions.d
	install -m 755 $(O)/lili $(DESTDIR)$(PREFIX)/bin/lili
	install -m 755 $(roles:%=$(O)/%) $(DESTDIR)$(PREFIX)/lib/lili
	cp -R images schema $(share)/lili
	$(O)/lili man -o $(share)/man/man1
	gzip -9nf $(share)/man/man1/lili*.1
	$(O)/lili completion bash >$(share)/bash-completion/completions/lili
	$(O)/lili completion zsh >$(share)/zsh/vendor-completions/_lili
	$(O)/lili completion fish >$(share)/fish/vendor_completions.d/lili.fish
clean: ## remove out/ and its siblings
	rm -rf out out-*
help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1\t\2/p' Makefile | expand -t 14

.PHONY: all images units check check-units bless soak bench lint lint-gcc lint-clang lint-tidy fuzz fuzz-lib deps install clean help
-include $(objs:=.d) $(units:%=$(O)/unit/%.d)
