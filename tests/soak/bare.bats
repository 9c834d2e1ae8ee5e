#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
load ../helpers

@test "a bare Debian 12 needs the README's two commands and nothing else" {
	LIMIT=5400 expect 0 "$BATS_TEST_DIRNAME/../bare"
	assert_regex "$output" "[1-9][0-9]* passed, 0 failed"
}
