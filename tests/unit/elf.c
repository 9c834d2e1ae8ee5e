// SPDX-License-Identifier: Apache-2.0
#include "programs.h"

#include "layer/elf.h"

/* Writes the first n bytes of it as "p" and checks that. */
static int check(const struct room *r, const void *p, size_t n, const char *arch, struct err *e)
{
	AUTO(fd) int fd = -1;

	write_plainly(r->fd, "p", p, n);
	fd = openat(r->fd, "p", O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	return elf_check_static(fd, arch, e);
}

static void takes_a_static_program_for_the_machine(void **state)
{
	struct program x = program_of(EM_X86_64, PT_DYNAMIC), arm = program_of(EM_AARCH64, PT_NULL);
	struct room *r = *state;
	struct err e;

	assert_ok(check(r, &x, sizeof x, "amd64", &e));
	assert_ok(check(r, &arm, sizeof arm, "arm64", &e));
	x.head.e_type = ET_DYN; /* static and yet anywhere in memory */
	assert_ok(check(r, &x, sizeof x, "amd64", &e));
}

static void refuses_one_for_another_machine(void **state)
{
	struct program x = program_of(EM_X86_64, PT_NULL), sparc = program_of(EM_SPARCV9, PT_NULL);
	struct room *r = *state;
	struct err e;

	assert_refused(check(r, &x, sizeof x, "arm64", &e), ERR_SPEC,
	               "it is for amd64, the image for arm64");
	assert_non_null(strstr(e.hint, "LILI_PROGRAMS"));
	assert_refused(check(r, &sparc, sizeof sparc, "amd64", &e), ERR_SPEC,
	               "it is for another machine, the image for amd64");
}

static void refuses_what_is_linked_dynamically(void **state)
{
	struct program x = program_of(EM_X86_64, PT_INTERP);
	struct room *r = *state;
	struct err e;

	assert_refused(check(r, &x, sizeof x, "amd64", &e), ERR_SPEC, "linked dynamically");
	assert_non_null(strstr(e.hint, "'files'"));
}

static void refuses_what_cannot_be_run(void **state)
{
	struct program x = program_of(EM_X86_64, PT_NULL);
	struct room *r = *state;
	struct err e;

	assert_refused(check(r, "", 0, "amd64", &e), ERR_SPEC, "no ELF file");
	assert_refused(check(r, "#!/bin/sh\n", 10, "amd64", &e), ERR_SPEC, "no ELF file");
	assert_refused(check(r, &x, SELFMAG, "amd64", &e), ERR_SPEC, "64 bits");
	assert_refused(check(r, &x, sizeof x - 1, "amd64", &e), ERR_SPEC, "cut short");
	x.head.e_phoff = UINT64_MAX - 8;
	assert_refused(check(r, &x, sizeof x, "amd64", &e), ERR_SPEC, "cut short");
	x.head.e_type = ET_REL;
	assert_refused(check(r, &x, sizeof x, "amd64", &e), ERR_SPEC, "none that can be run");
	x = program_of(EM_X86_64, PT_NULL);
	x.head.e_phnum = 0;
	assert_refused(check(r, &x, sizeof x, "amd64", &e), ERR_SPEC, "none that can be run");
	x.head.e_ident[EI_CLASS] = ELFCLASS32;
	assert_refused(check(r, &x, sizeof x, "amd64", &e), ERR_SPEC, "64 bits");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		in_a_room(takes_a_static_program_for_the_machine),
		in_a_room(refuses_one_for_another_machine),
		in_a_room(refuses_what_is_linked_dynamically),
		in_a_room(refuses_what_cannot_be_run),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
