// SPDX-License-Identifier: Apache-2.0
#include "base/near.h"

#include <ctype.h>
#include <string.h>

#define WORD_MAX 80
#define SLIPS_MAX 2

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Optimal string alignment; upper and lower case are no slip. */
static size_t distance(const char *a, size_t n, const char *b, size_t m)
{
	size_t rows[3][WORD_MAX + 1];

	for (size_t k = 0; k <= m; k++)
		rows[0][k] = k;
	for (size_t i = 1; i <= n; i++) {
		size_t *row = rows[i % 3], *last = rows[(i - 1) % 3], *before = rows[(i + 1) % 3];

		row[0] = i;
		for (size_t k = 1; k <= m; k++) {
			size_t other = tolower((unsigned char)a[i - 1]) !=
			               tolower((unsigned char)b[k - 1]);

			row[k] = least(least(last[k] + 1, row[k - 1] + 1), last[k - 1] + other);
			if (i > 1 && k > 1 && a[i - 1] == b[k - 2] && a[i - 2] == b[k - 1])
				row[k] = least(row[k], before[k - 2] + 1);
		}
	}
	return rows[n % 3][m];
}

void near_try(struct near *n, const char *known)
{
	size_t a = strlen(n->word), b = strlen(known), d;

	if (a > WORD_MAX || b > WORD_MAX)
		return;
	d = distance(n->word, a, known, b);
	if (d > (a <= 3 ? 1 : SLIPS_MAX) || d >= a || (n->best && d >= n->slips))
		return;
	n->best = known;
	n->slips = d;
}
