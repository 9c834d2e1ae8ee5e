#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
load helpers
tests=$BATS_TEST_DIRNAME

# program NAME LINE...: a program that prints its lines and exits with what the last one says.
program() {
	local name=$1
	shift
	printf '%s\n' '#!/bin/sh' "$@" >"$name"
	chmod +x "$name"
}
last_line() { printf '%s\n' "$output" | tail -n 1; }

@test "run: the last line counts the cases" {
	program fine 'echo 1..2' 'echo ok 1 - a' 'echo ok 2 - b'
	program wrong 'echo 1..2' 'echo ok 1 - a' 'echo not ok 2 - b'
	expect 1 "$tests/run" -j2 ./fine ./wrong
	assert_equal "$(last_line)" "3 passed, 1 failed"
	expect 0 "$tests/run" -j2 ./fine
	assert_equal "$(last_line)" "2 passed, 0 failed"
}

@test "run: a case that was planned and never ran has failed" {
	program crash 'echo 1..3' 'echo ok 1 - a' 'kill -9 $$'
	expect 1 "$tests/run" ./crash
	assert_equal "$(last_line)" "1 passed, 2 failed"
}

@test "run: a program that ends badly after good cases has failed" {
	program fine 'echo 1..1' 'echo ok 1 - a' 'exit 3'
	expect 1 "$tests/run" ./fine
	assert_equal "$(last_line)" "1 passed, 1 failed"
	program silent 'exit 1'
	expect 1 "$tests/run" ./silent
	assert_equal "$(last_line)" "0 passed, 1 failed"
}

@test "run: nothing that ran is a failure, and more cases than planned make up for none" {
	program silent 'exit 0'
	expect 1 "$tests/run" ./silent
	assert_equal "$(last_line)" "0 passed, 1 failed"
	program wordy 'echo ok 1 - a' 'echo ok 2 - b' 'echo ok 3 - c'
	program wrong 'echo 1..2' 'echo ok 1 - a' 'echo not ok 2 - b'
	expect 1 "$tests/run" ./wordy ./wrong
	assert_equal "$(last_line)" "4 passed, 1 failed"
	printf '#!/bin/sh\nexit 127\n' >spies/prove
	chmod +x spies/prove
	expect 1 "$tests/run" ./wordy
	assert_equal "$(last_line)" "0 passed, 1 failed"
}

@test "check-tree: names each file that breaks a rule" {
	local host
	host=$(grep -rhoE 'https?://[^/ ]+' /etc/apt/sources.list /etc/apt/sources.list.d 2>/dev/null | sed 's#.*//##' | head -n 1)
	mkdir -p tests builder
	cp "$tests/check-tree" tests/
	# A mirror on this very machine is nobody's secret: tests speak of loopback all the time.
	printf '#!/bin/sh\n# SPDX-License-Identifier: Apache-2.0\necho http://127.0.0.1/npm\n' >spies/npm
	chmod +x spies/npm
	echo 'http://127.0.0.1:8080' >loopback.md
	expect 0 tests/check-tree out
	echo 'int x;' >builder/bare.c
	{ echo '// SPDX-License-Identifier: Apache-2.0' && yes '' | head -n 400; } >builder/long.h
	{ echo '// SPDX-License-Identifier: Apache-2.0' && echo '{' && yes '' | head -n 60 && echo '}'; } >builder/page.c
	printf '#!/usr/bin/env bats\n# SPDX-License-Identifier: Apache-2.0\n\tskip\n' >tests/x.bats
	echo "see $host" >notes.md
	expect 1 tests/check-tree out
	assert_regex "$stderr" 'builder/bare.c: no SPDX line'
	assert_regex "$stderr" 'builder/long.h: 401 lines'
	assert_regex "$stderr" 'builder/page.c:2: 61 lines'
	assert_regex "$stderr" 'tests/x.bats: not executable'
	assert_regex "$stderr" 'a skipped test proves nothing: tests/x.bats:3'
	assert_regex "$stderr" 'a package registry is named in notes.md'
}

@test "check-tree: a role is static, small, and does not name the folder it was built in" {
	mkdir -p tests out
	cp "$tests/check-tree" tests/
	cp /bin/true out/dynamic
	echo 'int main(void) { return 0; }' | musl-gcc -static -s -o out/right -xc -
	{ cat out/right && echo "$PWD/"; } >out/named
	expect 0 tests/check-tree out right
	expect 1 tests/check-tree out dynamic named
	assert_regex "$stderr" 'dynamic is not static'
	assert_regex "$stderr" 'named names the folder it was built in'
}

@test "check-layers: a header from a later folder is refused" {
	mkdir -p tree/base tree/cmd
	printf 'base\ncmd\n' >tree/LAYERS
	echo '#include "base/a.h"' >tree/cmd/c.c
	expect 0 "$tests/check-layers" tree
	echo '#include "cmd/c.h"' >tree/base/a.h
	expect 1 "$tests/check-layers" tree
	assert_regex "$output" 'base/a.h:1: includes cmd/c.h from below'
}

@test "deps: asks apt only for what is missing, and not at all when nothing is" {
	spy apt-get
	spy sudo
	printf 'bash  # always there\nno-such-package-here  # why\n' >packages.txt
	expect 0 "$tests/../.ci/deps" packages.txt
	assert_regex "$(cat ./*.called)" 'no-such-package-here'
	refute_regex "$(cat ./*.called)" 'bash'
	rm ./*.called
	echo 'bash  # always there' >packages.txt
	expect 0 "$tests/../.ci/deps" packages.txt
	assert_equal "$(ls ./*.called 2>/dev/null)" ""
}
