#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Builds at once on one store, some of them killed; tests/soak has many more of these.
load helpers
load scene
load faults
lili=$BIN/lili

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	export LILI_STORE=$PWD/store LILI_PROGRAMS=$PWD/programs
	scene .
	two_images
}
teardown() { [ -z "${serve_pid-}" ] || serve_stop; }

@test "of four builds at once one fetches and makes a layer; the others wait, say so, and find it done" {
	from_server slow
	at_once 4
	assert_equal "$(served /slow/app.tgz)" 1
	assert_regex "$(cat err.*)" "another build"
}

@test "who waits for a build that is killed takes over" {
	from_server slow
	"$lili" build >out.0 2>err.0 &
	first=$!
	for _ in {1..100}; do
		! grep -q 'app-1: from' err.0 || break
		sleep 0.05
	done
	"$lili" build >out.1 2>err.1 &
	second=$!
	for _ in {1..100}; do
		! grep -q "another build" err.1 || break
		sleep 0.05
	done
	kill -9 $first
	wait $second || fail "$(cat err.1)"
	assert_regex "$(cat err.1)" "another build"
	assert_equal "$(digest "$(<out.1)")" "$want"
	recovers "$want"
}

@test "two builds at once, one of them killed at some moment, ten times" {
	from_server good
	for round in {1..10}; do
		rm -rf store
		"$lili" build >out.0 2>err.0 &
		victim=$!
		"$lili" build >out.1 2>err.1 &
		other=$!
		sleep "0.0$((round * 7 % 10))"
		kill -9 $victim 2>/dev/null || true
		wait $other || fail "round $round: $(cat err.1)"
		assert_equal "$(digest "$(<out.1)")" "$want"
		recovers "$want"
	done
}
