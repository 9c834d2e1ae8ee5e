#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# lili lock: what changed is shown as a person reviews it; nothing but what was asked for moves.
load helpers
load archive
lili=$BIN/lili

# Two payloads without a digest of their own, two images with packages.
setup() {
	cd "$BATS_TEST_TMPDIR" || return
	export LILI_STORE=$PWD/store
	make_package lib 1.0
	make_package nice 1.0
	make_package tool 1.0 'Depends: lib, nice'
	make_package other 1.0
	publish test tool_1.0_all.deb lib_1.0_all.deb nice_1.0_all.deb other_1.0_all.deb
	publish test-updates
	publish test-security
	make_host
	define tool
	mkdir -p images/y
	printf one >images/one
	printf two >images/two
	echo '{"one": {"address": "file:one", "file": "one"}, "two": {"address": "file:two", "file": "two"}}' >images/payloads.json
	echo '{"name": "test/y", "layers": [{"payload": "one"}, {"payload": "two"}, {"packages": {"suite": "test", "install": ["other"]}}]}' \
		>images/y/image.json
	expect 0 "$lili" lock
	cp images/lock.json before
}

# renew: the archive and the payloads have newer ones of everything; tool needs other things now.
renew() {
	printf three >images/one
	printf four >images/two
	make_package lib 1.1
	make_package other 1.1
	make_package fresh 1.0
	make_package tool 1.1 'Depends: lib, fresh'
	publish test-security lib_1.1_all.deb other_1.1_all.deb fresh_1.0_all.deb tool_1.1_all.deb
}
# entries FILE: everything a lock says, a line each.
entries() { jq -r '."linux/amd64" | (.payloads | to_entries[]), (.packages | to_entries[]) | "\(.key) \(.value)"' "$1"; }

@test "the first lock says what is new, on stdout; a second one says nothing and writes nothing" {
	assert_regex "$output" "payload one: new, sha256:$(printf one | sha256sum | cut -c1-64), 3 B, file:one"
	assert_regex "$output" 'packages test/x: new, 3 packages, '
	touch -d @1 images/lock.json
	expect 0 "$lili" lock
	assert_equal "$output$(stat -c %Y images/lock.json)" 1
}

@test "a payload that is no archive is not locked" {
	echo '{"one": {"address": "file:one", "file": "one"}, "two": {"address": "file:page"}}' >images/payloads.json
	echo '<!DOCTYPE html>' >images/page
	expect 5 "$lili" lock --update two
	assert_regex "$stderr" "payload two: is no archive: it begins with .<!DOCTYPE html>"
	: >images/page
	expect 5 "$lili" lock --update two
	assert_regex "$stderr" "payload two: is no archive: it is empty"
	cmp images/lock.json before
}

@test "a sha256 other than the lock's is said where it stands" {
	printf '{"one": {"address": "file:one", "file": "one",\n"sha256": "%064d"}, "two": {"address": "file:two", "file": "two"}}' 1 \
		>images/payloads.json
	expect 2 "$lili" lock
	assert_regex "$stderr" "images/payloads.json:2:11: sha256 is 0+1, but images/lock.json says $(printf one | sha256sum | cut -c1-64)"
}

@test "nothing is renewed that was not asked for" {
	renew
	expect 0 "$lili" lock
	assert_equal "$output" ""
	cmp images/lock.json before
}

@test "--update of a payload moves it alone, and shows what it was and is" {
	renew
	expect 0 "$lili" lock --update one
	assert_equal "$output" "payload one: sha256:$(printf one | sha256sum | cut -c1-12) -> sha256:$(printf three | sha256sum | cut -c1-64), 3 B -> 5 B"
	assert_equal "$(diff <(entries before) <(entries images/lock.json) | grep -c '^[<>]')" 2
}

@test "--update of a package set moves it alone, and shows each package: another version, added, removed" {
	renew
	expect 0 "$lili" lock --update test/x
	assert_equal "$output" "packages test/x: 4 differ
  + fresh 1.0
  ~ lib 1.0 -> 1.1
  ~ tool 1.0 -> 1.1
  - nice 1.0"
	assert_equal "$(diff <(entries before) <(entries images/lock.json) | grep -c '^[<>]')" 2
	expect 0 "$lili" lock --update test/x
	assert_equal "$output" "packages test/x: the same packages"
}

@test "--update of what is not there is a mistake" {
	expect 2 "$lili" lock --update nothing
	assert_regex "$stderr" "no such payload or package set"
	cmp images/lock.json before
}

@test "a version that left the mirror: which one, and how to lock anew; build does it and shows what moved" {
	renew
	rm archive/pool/lib_1.0_all.deb archive/pool/nice_1.0_all.deb
	expect 3 "$lili" build --locked x
	assert_regex "$stderr" 'hint: the mirror dropped (lib 1.0, nice 1.0|nice 1.0, lib 1.0): lili lock --update test/x'
	cmp images/lock.json before
	expect 0 "$lili" build
	assert_regex "$stderr" 'the mirror no longer has .*nice 1.0.*: packages test/x are solved again'
	assert_regex "$stderr" 'lock: +~ lib 1.0 -> 1.1'
	assert_regex "$stderr" 'lock: +- nice 1.0'
	refute_regex "$stderr" 'lock: .*other'
	assert_equal "$(diff <(entries before) <(entries images/lock.json) | grep -c '^[<>]')" 2
}

@test "a payload is never renewed by a build: other bytes under its address are refused" {
	expect 0 "$lili" build
	printf eno >images/one
	rm -rf store
	expect 5 "$lili" build y
	assert_regex "$stderr" 'payload one: .*want sha256'
	cmp images/lock.json before
}
