#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# docs/first-image.md as it is written, to its end: docker run.
load ../helpers
load ../archive
load ../first
load ../engine

setup_file() { start_engine "$BATS_FILE_TMPDIR/engine"; }
teardown_file() { stop_engine; }

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	first_setup
}

@test "from an empty folder to docker run, word by word" {
	page >page.sh
	LIMIT=120 expect 0 bash -e page.sh
	assert_regex "$output" "$(says 1)"
	assert_equal "$(tail -n 1 <<<"$output")" "$(says 2)"
	assert_regex "$stderr" 'send 1 '
}
