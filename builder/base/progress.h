// SPDX-License-Identifier: Apache-2.0
/* progress: what is under way and how far it is: live lines at the bottom of a terminal, a line now
 * and then elsewhere, or JSON Lines.  Any thread may call these.
 *
 * A thread works on one step at a time; what it reads or receives it counts on that step without
 * being told which it is.  Without a step the counting goes nowhere. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/base.h"
#include "base/err.h"

/* "auto", "tty", "plain", "json" or "quiet"; ERR_USAGE for other words.  Everything said goes
 * through here from now on. */
int progress_open(const char *mode, struct err *e);
/* Clears the live lines; talk goes to stderr as it is again.  Without progress_open: nothing. */
void progress_close(void);

enum progress_verb { PROGRESS_FETCH, PROGRESS_RESOLVE, PROGRESS_LAYER, PROGRESS_SEND };

struct progress;
/* Begins a step, which is this thread's until it ends.  total: bytes, 0: not known. */
struct progress *progress_begin(enum progress_verb verb, const char *name, uint64_t total);
/* It is through; `size` is of what came of it, 0: not worth telling. */
void progress_end(struct progress *p, uint64_t size);
/* It failed, or turned out to be unnecessary: nothing more is said of it. */
void progress_drop(struct progress *p);
AUTO_DEFINE(progress, struct progress *, NULL, progress_drop)

/* This thread's step, or NULL; for another thread to count on, while it lasts. */
struct progress *progress_mine(void);
/* n more bytes of `p`, which may be NULL. */
void progress_count(struct progress *p, uint64_t n);
/* This thread's step stands at byte `at` before anything more is counted, which is no speed.
 * total 0: it is what it was. */
void progress_from(uint64_t at, uint64_t total);
/* This thread's step has come to byte `at`; it never goes back, nor past its total. */
void progress_reached(uint64_t at);
/* This thread's step now works through this address or client. */
void progress_via(const char *via);
