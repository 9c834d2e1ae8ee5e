#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# lili mirror, and building from what it made, without a network, as docs/island.md says.
load helpers
load archive
load scene
lili=$BIN/lili

# Packages, a payload over HTTP, one of the definitions' own, files and a program.
setup() {
	cd "$BATS_TEST_TMPDIR" || return
	export LILI_STORE=$PWD/store LILI_PROGRAMS=$PWD/programs
	scene .
	make_package lib 1.0
	make_package tool 1.0 'Depends: lib'
	publish test tool_1.0_all.deb lib_1.0_all.deb
	publish test-updates
	publish test-security
	make_host
	mkdir www
	printf jar >www/a.jar
	serve_start
	jq --arg url "$https/a.jar" '. + {jar: {address: $url, file: "a.jar"}}' images/payloads.json >payloads
	mv payloads images/payloads.json
	sed -i 's|"layers": \[|&{"packages": {"suite": "test", "install": ["tool"]}}, {"payload": "jar", "into": "opt/jar"},|' \
		images/demo/image.json
	mkdir bin
	ln -s "$lili" bin/lili
	PATH=$PWD/bin:$PATH
}
teardown() { serve_stop; }

# page N: the commands of the N-th fenced block of the page.
page() { awk -v n="$1" '/^```/ { inside = !inside; at += inside; next } inside && at == n' "$BATS_TEST_DIRNAME/../docs/island.md"; }
# island: what puts a command into an empty network namespace, where that can be had.
island=(unshare -n)
[ "$(id -u)" -eq 0 ] || island=(unshare -rn)
"${island[@]}" true 2>/dev/null || island=()

@test "the page on building without a network, as it is written: the same digest from an empty store" {
	local want
	page 1 >before.sh
	page 2 >there.sh
	page 3 >missing.sh
	expect 0 bash -e before.sh
	assert_regex "$output" 'mirror: 4 files, [0-9.]+ kB \(4 new\)'
	assert_equal "$(jq -r '.. | .sha256? // empty' images/lock.json | sort)" "$(ls mirror/sha256)"
	(cd mirror/sha256 && sha256sum -- *) | awk '$1 != $2 { exit 1 }'
	expect 0 "$lili" build
	want=$(digest "$output")

	serve_stop
	mkdir far
	cp -a mirror images far/
	rm -rf store mirror images archive www host
	export APT_CONFIG=/nonexistent LILI_STORE=$PWD/far/store
	cd far
	rm images/app.tgz # it is in the mirror, too
	expect 0 "${island[@]}" bash -e ../there.sh
	assert_equal "$(digest "$output")" "$want"
	rm -rf store mirror/sha256/"$(printf jar | sha256sum | cut -c1-64)"
	expect 0 "${island[@]}" bash -e ../missing.sh
	assert_regex "$output" 'something is missing'
	assert_regex "$stderr" 'payload jar'
}

@test "run again it copies nothing, mends what is damaged or cut short, and takes up what was left" {
	expect 0 "$lili" lock
	expect 0 "$lili" mirror -o m
	touch -d @1 m/sha256/*
	for f in m/sha256/*; do # one damaged, one cut, one gone
		case $((n++)) in
		0) chmod u+w "$f" && printf x | dd of="$f" conv=notrunc status=none ;;
		1) truncate -s -1 "$f" ;;
		2) rm "$f" ;;
		esac
	done
	touch m/sha256/.tmp-left-over
	expect 0 "$lili" mirror -o m
	assert_regex "$output" 'm: 4 files, .* \(3 new\)'
	(cd m/sha256 && sha256sum -- *) | awk '$1 != $2 { exit 1 }'
	assert_equal "$(find m/sha256 -newermt @2 ! -type d ! -name '.*' | wc -l)" 3
	expect 0 "$lili" mirror -o m
	assert_regex "$output" '\(0 new\)'
}

@test "a file of the mirror is its own: harm to it is none to the store" {
	expect 0 "$lili" lock
	expect 0 "$lili" mirror -o m
	assert_equal "$(find store/payloads -type f -links +1)" ""
	for f in m/sha256/*; do echo more >>"$f"; done
	(cd store/payloads && sha256sum -- *) | awk '$1 != $2 { exit 1 }'
}

@test "refuses what the lock does not name; names what cannot be had, and brings the rest" {
	expect 2 "$lili" mirror
	assert_regex "$stderr" 'hint: give -o DIR'
	expect 2 "$lili" mirror -o m
	assert_regex "$stderr" 'hint: run lili lock'
	assert_not_exists m
	expect 0 "$lili" lock
	rm -rf store www/a.jar
	expect 3 "$lili" mirror -o m
	assert_regex "$stderr" 'payload jar'
	assert_equal "$(find m/sha256 -type f | wc -l)" 3
	assert_equal "$output" ""
}

@test "bytes of the store that are not what their name says do not reach the mirror" {
	expect 0 "$lili" lock
	expect 0 "$lili" mirror -o m
	f=store/payloads/$(printf jar | sha256sum | cut -c1-64)
	printf rja >"$f"
	rm -rf m
	expect 5 "$lili" mirror -o m
	assert_not_exists m/sha256/"$(basename "$f")"
}
