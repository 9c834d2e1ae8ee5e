#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
load helpers

@test "no file of builder/ includes a header from further down the way" {
	expect 0 "$BATS_TEST_DIRNAME/check-layers" "$BATS_TEST_DIRNAME/../builder"
}

@test "the tree keeps the house rules, and the entrypoints are static and small" {
	local roles
	roles=$(cd "$BATS_TEST_DIRNAME/../entrypoints" && find . -maxdepth 2 \( -path "./*/main.c" -o -path "./*.c" ! -path "./*/*" \) | sed "s#^\./##; s#/main\.c\$##; s#\.c\$##")
	[ -n "$roles" ]
	# shellcheck disable=SC2086 # a list of names
	expect 0 "$BATS_TEST_DIRNAME/check-tree" "$BIN" $roles
}
