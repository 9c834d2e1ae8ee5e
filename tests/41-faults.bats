#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Every call a build makes of a kind fails in turn, once with each: the build succeeds with the right bytes or says
# what failed, what it leaves in the store is true to its name, and the next build is as if nothing had been.
load helpers
load scene
load faults
lili=$BIN/lili

# sweep CALL FAULT LEAST: the n-th CALL of each thread of a build gets FAULT, for every n there is; LEAST of them (or all)
# must hurt.
sweep() {
	local n=0 status hurt=0 result
	while :; do
		rm -rf store images/lock.json
		n=$((n + 1)) status=0
		result=$(strace -qq -f -o trace -e trace="$1" -e "inject=$1:$2:when=$n" "$lili" build -j1 2>err.log) || status=$?
		[ "$status" -eq 137 ] || grep -q INJECTED trace || break
		case $status in
		0) assert_equal "$(digest "$result")" "$want" ;;
		1) [ "$1" = write ] || assert_regex "$(<err.log)" 'lili: .*: (Input/output error|Disk quota exceeded)' ;;
		137) [ "$2" = signal=KILL ] || fail "$1 $2 $n: killed" ;;
		*) fail "$1 $2 $n: status $status: $(<err.log)" ;;
		esac
		[ "$status" -eq 0 ] || hurt=$((hurt + 1))
		true_to_name
		expect 0 "$lili" build
		assert_equal "$(digest "$output")" "$want"
		assert_equal "$(find store images -name '.tmp*')" ""
	done
	echo "$1 $2: $((n - 1)) calls, $hurt hurt"
	[ "$n" -gt 1 ] || fail "$1 $2: no call at all"
	[ "$hurt" -ge "${3/all/$((n - 1))}" ] || fail "$1 $2: only $hurt of $((n - 1)) calls hurt"
}

@test "a write that fails, once for each" {
	expect 0 "$lili" build
	want=$(digest "$output")
	sweep write error=ENOSPC 8
	sweep write signal=KILL all
}

@test "a sync that fails, once for each" {
	expect 0 "$lili" build
	want=$(digest "$output")
	sweep fsync error=EIO all
}

@test "a rename that fails, once for each" {
	expect 0 "$lili" build
	want=$(digest "$output")
	sweep renameat error=EDQUOT all
}
