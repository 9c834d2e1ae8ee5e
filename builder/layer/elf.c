// SPDX-License-Identifier: Apache-2.0
#include "layer/elf.h"

#include <elf.h>
#include <stdint.h>
#include <string.h>

#include "base/base.h"

static const struct machine {
	const char *arch;
	uint16_t number;
} machines[] = {
	{"amd64", EM_X86_64 },
	{"arm64", EM_AARCH64},
};

static const char *machine_name(uint16_t number)
{
	for (size_t i = 0; i < ARRAY_LEN(machines); i++)
		if (machines[i].number == number)
			return machines[i].arch;
	return "another machine";
}

static int no_program(struct err *e, const char *what)
{
	err_set(e, ERR_SPEC, "%s", what);
	return err_hint(e, "a program is a static executable; any other file goes into 'files'");
}

static int check_header(const Elf64_Ehdr *h, const char *arch, struct err *e)
{
	if (memcmp(h->e_ident, ELFMAG, SELFMAG) != 0)
		return no_program(e, "it is no ELF file");
	if (h->e_ident[EI_CLASS] != ELFCLASS64 || h->e_ident[EI_DATA] != ELFDATA2LSB)
		return no_program(e, "it is no ELF file of 64 bits, low byte first");
	if (h->e_type != ET_EXEC && h->e_type != ET_DYN)
		return no_program(e, "it is an ELF file, but none that can be run");
	if (strcmp(machine_name(h->e_machine), arch) == 0)
		return 0;
	err_set(e, ERR_SPEC, "it is for %s, the image for %s", machine_name(h->e_machine), arch);
	return err_hint(e, "compile it for %s; $LILI_PROGRAMS names the folder it is in", arch);
}

int elf_check_static(int fd, const char *arch, struct err *e)
{
	Elf64_Ehdr h = {0};
	Elf64_Phdr part;

	if (pread(fd, &h, sizeof h, 0) < 0)
		return err_sys(e, "read");
	if (check_header(&h, arch, e) < 0)
		return -1;
	if (!h.e_phnum || h.e_phentsize != sizeof part)
		return no_program(e, "it is an ELF file, but none that can be run");
	for (size_t i = 0; i < h.e_phnum; i++) {
		if (pread(fd, &part, sizeof part, (off_t)(h.e_phoff + i * sizeof part)) !=
		    sizeof part)
			return no_program(e, "it is an ELF file that was cut short");
		if (part.p_type == PT_INTERP)
			return no_program(e, "it is linked dynamically, and the image may not "
			                     "have its libraries");
	}
	return 0;
}
