// SPDX-License-Identifier: Apache-2.0
/* elf: whether a file is a program that runs in an image that holds nothing else. */
#pragma once

#include "base/err.h"

/* A static executable for `arch`, OCI's name of it ("amd64", "arm64")?  Anything else is ERR_SPEC.
 * Where fd stands does not matter and does not change. */
int elf_check_static(int fd, const char *arch, struct err *e);
