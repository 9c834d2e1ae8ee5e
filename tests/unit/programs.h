// SPDX-License-Identifier: Apache-2.0
/* programs: the least that is an ELF file. */
#pragma once

#include "unit.h"

#include <elf.h>

struct program {
	Elf64_Ehdr head;
	Elf64_Phdr parts[2];
};

/* A program for `machine` of a PT_LOAD and a part of type `second`. */
static inline struct program program_of(uint16_t machine, uint32_t second)
{
	return (struct program){
		.head = {.e_ident = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB},
	                 .e_type = ET_EXEC,
	                 .e_machine = machine,
	                 .e_phoff = sizeof(Elf64_Ehdr),
	                 .e_phentsize = sizeof(Elf64_Phdr),
	                 .e_phnum = 2},
		.parts = {{.p_type = PT_LOAD},                                            {.p_type = second}},
	};
}
