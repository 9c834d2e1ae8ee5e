// SPDX-License-Identifier: Apache-2.0
#include "unit.h"

#include "image/tree.h"

/* A layer of "TYPE NAME" entries; the mode is the layer's number, to tell them apart. */
static void fill(struct paths *p, unsigned number, const char *const *entries)
{
	for (; *entries; entries++) {
		struct entry x = {.type = (enum entry_type)(*entries)[0],
		                  .name = *entries + 2,
		                  .mode = number};

		paths_add(p, &x, NULL);
	}
	paths_sort(p);
}

static void assert_leaves(const struct tree *t, const char *want)
{
	AUTO_DONE(buf) struct buf b = {0};

	for (size_t i = 0; i < t->n; i++) {
		assert_int_equal(t->v[i].layer, t->v[i].path->entry.mode);
		buf_printf(&b, "%s%s=%zu", i ? " " : "", t->v[i].path->entry.name, t->v[i].layer);
	}
	assert_string_equal(buf_str(&b), want);
}

static void put_together(const char *const *const *layers, size_t n, const char *want)
{
	AUTO_DONE(tree) struct tree t = {.layers = mem_alloc(n, sizeof *t.layers)};

	for (; t.nlayers < n; t.nlayers++) {
		fill(&t.layers[t.nlayers], (unsigned)t.nlayers, layers[t.nlayers]);
		tree_put(&t, &t.layers[t.nlayers], t.nlayers);
	}
	assert_leaves(&t, want);
}

static const char *const low[] = {"d etc", "f etc/a", "f etc/b", "f etc-1", NULL};

static void upper_layers_win_and_names_stay_sorted(void **state)
{
	static const char *const high[] = {"d bin", "f etc/b", "f etc/c", NULL};
	static const char *const *const layers[] = {low, high};

	(void)state;
	put_together(layers, 2, "bin=1 etc=0 etc-1=0 etc/a=0 etc/b=1 etc/c=1");
}

static void an_empty_layer_changes_nothing(void **state)
{
	static const char *const none[] = {NULL};
	static const char *const *const layers[] = {none, low, none};

	(void)state;
	put_together(layers, 3, "etc=1 etc-1=1 etc/a=1 etc/b=1");
}

static void what_is_below_a_folder_that_became_a_link_is_gone(void **state)
{
	static const char *const link[] = {"l etc", NULL};
	static const char *const again[] = {"d etc", "f etc/c", NULL};
	static const char *const *const layers[] = {low, link, again};

	(void)state;
	put_together(layers, 2, "etc=1 etc-1=0");
	put_together(layers, 3, "etc=2 etc-1=0 etc/c=2");
}

static void a_folder_again_keeps_what_is_in_it(void **state)
{
	static const char *const again[] = {"d etc", NULL};
	static const char *const *const layers[] = {low, again};

	(void)state;
	put_together(layers, 2, "etc=1 etc-1=0 etc/a=0 etc/b=0");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(upper_layers_win_and_names_stay_sorted),
		cmocka_unit_test(an_empty_layer_changes_nothing),
		cmocka_unit_test(what_is_below_a_folder_that_became_a_link_is_gone),
		cmocka_unit_test(a_folder_again_keeps_what_is_in_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
