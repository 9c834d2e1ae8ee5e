#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Builds killed at a hundred points, on a disk that is full at fifty, and many at once: none says it succeeded when it
# did not, what is in the store is true, and the next build succeeds.
load ../helpers
load ../scene
load ../faults
lili=$BIN/lili
calls="write pwrite64 openat renameat fsync ftruncate fchmod flock unlinkat mkdirat read close futex"
full="write pwrite64 renameat fsync mkdirat ftruncate fchmod"

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	export LILI_STORE=$PWD/store LILI_PROGRAMS=$PWD/programs LILI_NET_TRIES=1
	scene .
	two_images
	from_server good
}
teardown() { serve_stop; }

# hurt CALL FAULT N: a build whose N-th CALL of a thread gets FAULT. 1: there are not so many.
hurt() {
	rm -rf store images/lock.json
	status=0
	result=$(strace -qq -f -o trace -e trace="$1" -e "inject=$1:$2:when=$3" "$lili" build 2>err.log) || status=$?
	[ "$status" -ne 0 ] || assert_equal "$(digest "$result")" "$want"
	grep -qE 'INJECTED|killed by' trace
}

# points LEAST FAULT CALL...: for every CALL in turn its first occurrences, until LEAST points were hurt in all.
points() {
	local least=$1 fault=$2 n=0 done=0 before call
	shift 2
	while [ "$done" -lt "$least" ]; do
		n=$((n + 1)) before=$done
		for call; do
			hurt "$call" "$fault" "$n" || continue
			done=$((done + 1))
			recovers "$want"
		done
		[ "$done" -gt "$before" ] || fail "only $done points"
	done
	echo "# $done points" >&3
}

@test "killed at a hundred points" {
	# shellcheck disable=SC2086 # words
	points 100 signal=KILL $calls
}

@test "a disk that is full at fifty points" {
	# shellcheck disable=SC2086 # words
	points 50 error=ENOSPC $full
}

@test "two and four builds at once, fifty rounds" {
	for _ in {1..50}; do
		for n in 2 4; do
			rm -rf store images/lock.json
			at_once $n
			recovers "$want"
		done
	done
}
