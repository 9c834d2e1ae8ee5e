#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# What a build shows while it runs: live on a terminal, lines or JSON elsewhere; and how it ends when it is told to.
load helpers
load scene
lili=$BIN/lili
screen=${BATS_TEST_DIRNAME}/screen
export TERM=xterm
unset CI NO_COLOR CLICOLOR_FORCE

# from_slow_server: the scene's payload comes over eight seconds.
from_slow_server() {
	mkdir www
	mv images/app.tgz www
	serve_start
	sed -i "s|file:app.tgz|$http/slow/app.tgz|" images/payloads.json
}
teardown() { [ -z "${serve_pid-}" ] || serve_stop; }

@test "shows how far a fetch is, live, within 80 columns, and leaves only what was finished" {
	from_slow_server
	expect 0 "$screen" 80x24 "$lili" build
	assert_regex "$output" '^test/demo:latest '
	assert_regex "$(cat screen.all)" '(^|'$'\n'')fetch    [1-9][0-9]%  app-1 +[0-9.]+ kB/s  0:0[0-4]  of [0-9.]+ kB  127'
	assert_regex "$(cat screen.end)" '^fetch app-1: [0-9.]+ kB, [0-9.]+ s'$'\n'
	refute_regex "$(cat screen.end)" '%|B/s'
	assert_regex "$(cat screen.end)" 'load: lili load test/demo'$'\n?$'
	assert_equal "$(awk 'length > 79' screen.all | grep '%')" ""
}

@test "a narrow terminal gets short lines, not broken ones" {
	from_slow_server
	expect 0 "$screen" 30x5 "$lili" build
	assert_regex "$(cat screen.all)" 'fetch    [1-9][0-9]%  app-1  [0-9.]+ kB'
	refute_regex "$(cat screen.end)" '%|B/s'
	# Each live line was there once at a time: none was pushed up by the next.
	assert_equal "$(awk '/^--/ { n = 0 } /%/ && ++n > 1' screen.all)" ""
}

@test "an interrupt clears the terminal, removes what is unfinished, and is exit 130" {
	from_slow_server
	expect 130 "$screen" --at 'kB/s=INT' 80x24 "$lili" build
	assert_equal "$output" ""
	assert_equal "$(tail -n 1 screen.end | tail -c 60)" "lili: interrupted; what is finished is kept"
	refute_regex "$(cat screen.end)" '%|B/s'
	assert_equal "$(find store/tmp -mindepth 1)" ""
	assert_not_exists store/index.json
	# What came of the file is not lost.
	assert_equal "$(find store/payloads -name '.part-*' -size +10k | wc -l)" 1
	expect 0 "$lili" build
}

@test "an interrupt ends clients with all they started; a second one does not wait for them" {
	sed -i 's|file:app.tgz|pypi:demo==1|' images/payloads.json
	mkdir spies
	cat >spies/python3 <<-'SH'
		#!/bin/sh
		[ -z "$STUBBORN" ] || trap '' TERM
		sleep 43210 &
		printf '%s\n' $$ $! >"$PIDS"
		wait; wait
		sleep 43210
	SH
	chmod +x spies/python3
	export PIDS=$PWD/pids
	SECONDS=0
	expect 130 "$screen" --at pip=INT 80x24 env PATH="$PWD/spies:$PATH" "$lili" build
	[ "$SECONDS" -lt 4 ] || fail "took $SECONDS s"
	assert_equal "$(find store/tmp -mindepth 1)" ""
	while read -r pid; do
		# Nobody may have waited for it yet.
		[ ! -e "/proc/$pid" ] || grep -q '^State:.*Z' "/proc/$pid/status"
	done <pids
	export STUBBORN=1
	expect 130 "$screen" --at pip=INT --at pip=INT 80x24 env PATH="$PWD/spies:$PATH" "$lili" build
	refute_regex "$(cat screen.end)" 'pip'
	xargs kill -9 <pids 2>/dev/null || true
}

@test "lines elsewhere: where from, and a heartbeat with rate and time left" {
	from_slow_server
	expect 0 "$lili" build
	assert_regex "$stderr" "fetch app-1: from $http/slow/app.tgz"
	assert_regex "$stderr" 'fetch app-1: [0-9.]+ kB of [0-9.]+ kB \([0-9]+ %\), [0-9.]+ kB/s, 0:0[0-9] left \(http'
	refute_regex "$stderr" $'\033|\r'
	assert_equal "$(wc -l <<<"$output")" 1
	rm -rf store
	# The terminal that is no terminal, and the one of a CI.
	TERM=dumb expect 0 "$screen" 80x24 "$lili" build
	refute_regex "$(cat screen.raw)" $'\033'
	rm -rf store
	CI=1 expect 0 "$screen" 80x24 "$lili" build
	refute_regex "$(cat screen.raw)" $'\033'
}

@test "a client that shows nothing is shown to run" {
	sed -i 's|file:app.tgz|pypi:demo==1|' images/payloads.json
	mkdir spies
	printf '#!/bin/sh\nhead -c 100000 /dev/zero >got/demo.tgz; sleep 11; exit 1\n' >spies/python3
	chmod +x spies/python3
	PATH=$PWD/spies:$PATH expect 3 "$lili" build
	assert_regex "$stderr" 'fetch app-1: 10[0-9.]+ kB, .*\(pip\)|fetch app-1: 10[0-9.]+ kB \(pip\)'
}

@test "JSON Lines: versioned objects, one an event, and nothing else" {
	from_slow_server
	expect 0 "$lili" build --progress json
	jq -es 'all(.schema == 1)' <<<"$stderr"
	jq -es 'map(select(.event == "begin" and .step == "fetch" and .name == "app-1")) | length == 1' <<<"$stderr"
	jq -es 'any(.event == "progress" and .done > 0 and .total > .done and .rate > 0)' <<<"$stderr"
	jq -es 'map(select(.event == "end" and .ok)) | map(.step) | sort == ["fetch", "layer", "layer", "layer"]' <<<"$stderr"
	rm -rf store www/app.tgz
	expect 3 "$lili" build --progress json
	jq -es 'any(.event == "error") and any(.event == "end" and .ok == false)' <<<"$stderr"
}

@test "quiet says nothing but results; an unknown way is a slip" {
	expect 0 "$lili" build --progress quiet
	assert_equal "$stderr" ""
	assert_regex "$output" '^test/demo:latest '
	expect 2 "$lili" build --progress loud
	assert_regex "$stderr" 'auto, tty, plain, json and quiet'
}

@test "colours on a terminal, where they are forced, and nowhere else" {
	expect 2 "$screen" 80x24 "$lili" build nope
	assert_regex "$(cat screen.raw)" $'\033\[31mlili:'
	NO_COLOR=1 expect 2 "$screen" 80x24 "$lili" build nope
	refute_regex "$(cat screen.raw)" $'\033\[31m'
	CLICOLOR_FORCE=1 expect 2 "$lili" build nope
	assert_regex "$stderr" $'\033\[31mlili:'
	expect 2 "$lili" build nope
	refute_regex "$stderr" $'\033'
}

@test "says of several images which exist and which do not" {
	mkdir images/bad
	echo '{"name": "test/bad", "layers": [{"payload": "bad"}]}' >images/bad/image.json
	sed -i 's|^{|{"bad": {"address": "file:missing", "sha256": "'"$(printf x | sha256sum | cut -c1-64)"'"},|' images/payloads.json
	expect 1 "$lili" build
	assert_regex "$output" '^test/demo:latest '
	assert_regex "$stderr" 'load: lili load test/demo'
	assert_regex "$stderr" '1 of 2 images built, not test/bad'
}
