#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
load helpers

@test "no file of builder/ includes a header from further down the way" {
	expect 0 "$BATS_TEST_DIRNAME/check-layers" "$BATS_TEST_DIRNAME/../builder"
}

@test "the tree keeps the house rules, and the entrypoints are static and small" {
	local roles
	read -ra roles <<<"${ROLES:?make check sets it}"
	expect 0 "$BATS_TEST_DIRNAME/check-tree" "$BIN" "${roles[@]}"
}
