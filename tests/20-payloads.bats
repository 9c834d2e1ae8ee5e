#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Payloads: addresses, mirrors, servers that misbehave, pip. Every case of a server is in unit/payload.c.
load helpers

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	mkdir -p www images/tool spies
	PATH=$PWD/spies:$PATH
	export LILI_STORE=$PWD/store LILI_NET_TRIES=2 LILI_NET_TIMEOUT=2
	head -c 300000 /dev/urandom >www/tool
	sum=$(sha256sum www/tool | cut -d' ' -f1)
	echo '{"name": "test/tool", "layers": [{"payload": "tool", "into": "/opt"}]}' >images/tool/image.json
	# A leak check cannot run below strace.
	trace=(env ASAN_OPTIONS=detect_leaks=0 strace -f -o trace)
	serve_start
}
teardown() { serve_stop; }

# payload ADDRESS...: the definition of a payload with these addresses.
payload() {
	printf '{"tool": {"address": [%s], "sha256": "%s", "size": 300000, "file": "tool"}}' \
		"$(printf '"%s"\n' "$@" | paste -sd,)" "$sum" >images/payloads.json
}
in_store() { assert_file_exists "store/payloads/$sum"; }
not_in_store() { assert_not_exists "store/payloads/$sum"; }

@test "builds from an address; the second build asks nobody and loads no libcurl" {
	payload "$https/good/tool"
	expect 0 "$BIN/lili" build
	in_store
	first=$output
	expect 0 "${trace[@]}" -e trace=openat,connect "$BIN/lili" build
	assert_equal "${output%% (*}" "${first%% (*}"
	assert_equal "$(served tool)" 1
	assert_equal "$(grep -c -e libcurl -e payloads/ -e AF_INET trace)" 0
}

@test "other bytes than wanted: exit 5, which, what came instead, what to do; nothing is kept" {
	payload "$https/wrong/tool"
	expect 5 "$BIN/lili" build
	assert_regex "$stderr" "payload tool: $https/wrong/tool: want sha256:$sum, got sha256:[0-9a-f]{64}"
	assert_regex "$stderr" "hint: .*lili lock --update tool"
	not_in_store
	expect 0 "$BIN/lili" list
	assert_equal "$output" ""
}

@test "all addresses fail: exit 3 names each with its reason, and the way round" {
	payload "$https/404/tool" "$https/500/tool"
	expect 3 "$BIN/lili" build
	assert_regex "$stderr" "404/tool: it answers 404.*500/tool: it answers 500"
	assert_regex "$stderr" "hint: --mirror"
	not_in_store
}

@test "an address that fails is told, and the next one serves" {
	payload "$https/captive/tool" "$https/short-once/tool"
	expect 0 "$BIN/lili" build
	assert_regex "$stderr" "warning: payload tool: $https/captive/tool: want 300000 bytes, it offers 61; trying the next"
	in_store
}

@test "a build killed in the middle of a download continues it in the next one" {
	payload "$https/stall-once/tool"
	"$BIN/lili" build 3>&- &
	for _ in {1..100}; do
		[ "$(cat store/payloads/.part-* 2>/dev/null | wc -c)" -lt 150000 ] || break
		sleep 0.05
	done
	kill -9 $!
	wait $! || true
	expect 0 "$BIN/lili" build
	in_store
	assert_equal "$(served 'bytes=150000- 206')" 1
}

@test "a full disk: exit 1 says that it is the store's, and the next build succeeds" {
	payload "$https/good/tool"
	expect 1 "${trace[@]}" -e trace=pwrite64 -e inject=pwrite64:error=ENOSPC "$BIN/lili" build
	assert_regex "$stderr" "payload tool: store $LILI_STORE: .*No space left on device"
	assert_regex "$stderr" "hint: free space there: .lili cache gc"
	not_in_store
	expect 0 "$BIN/lili" build
	in_store
}

@test "a mirror on disk serves offline, by digest or by the address's host and path" {
	payload https://upstream.invalid/files/tool
	mkdir -p by-digest/sha256 by-path/upstream.invalid/files
	cp www/tool "by-digest/sha256/$sum"
	cp www/tool by-path/upstream.invalid/files/
	for mirror in by-digest by-path; do
		rm -rf store
		expect 0 "$BIN/lili" build --offline --mirror "$mirror"
		in_store
	done
}

@test "a mirror with other bytes is reported, and the next one is asked" {
	payload https://upstream.invalid/tool
	mkdir -p bad/sha256
	head -c 300000 /dev/zero >"bad/sha256/$sum"
	mkdir -p www/sha256
	cp www/tool "www/sha256/$sum"
	expect 0 "$BIN/lili" build --mirror bad --mirror "$http/503-once/"
	assert_regex "$stderr" "warning: mirror bad/sha256/$sum: want sha256:$sum, got .*; asking the next"
	in_store
}

@test "a damaged mirror is all there is, offline: exit 5" {
	payload https://upstream.invalid/tool
	mkdir -p bad/sha256
	head -c 300000 /dev/zero >"bad/sha256/$sum"
	expect 5 "$BIN/lili" build --offline --mirror bad
	assert_regex "$stderr" "payload tool: mirror bad/sha256/$sum: want sha256:$sum"
}

@test "--offline says that a mirror by address is not asked" {
	payload "$https/good/tool"
	expect 3 "$BIN/lili" build --offline --mirror "$http/good"
	assert_regex "$stderr" "warning: --mirror $http/good is not asked: --offline"
	assert_equal "$(served tool)" 0
}

@test "--offline without a mirror: exit 3, and no server hears of it" {
	payload "$https/good/tool"
	expect 3 "$BIN/lili" build --offline
	assert_regex "$stderr" "not asked \(--offline\)"
	assert_equal "$(served tool)" 0
}

# sdist VERSION: a source archive that leaves a mark if anything in it runs, where pip is pointed at.
sdist() {
	mkdir -p links "marked-$1"
	echo "open('$PWD/ran', 'w')" | tee "marked-$1/setup.py" >"marked-$1/backend.py"
	printf 'Metadata-Version: 1.0\nName: marked\nVersion: %s\n' "$1" >"marked-$1/PKG-INFO"
	[ $# -lt 2 ] || printf '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n' \
		>"marked-$1/pyproject.toml"
	tar -czf "links/marked-$1.tar.gz" "marked-$1"
	export PIP_NO_INDEX=1 PIP_FIND_LINKS=$PWD/links
	sum=$(sha256sum "links/marked-$1.tar.gz" | cut -d' ' -f1)
	printf '{"tool": {"address": ["pypi:marked==%s"], "sha256": "%s", "size": %d}}' "$1" "$sum" \
		"$(stat -c %s "links/marked-$1.tar.gz")" >images/payloads.json
}

@test "pip fetches, and no file of the archive is ever opened for reading" {
	sdist 1.0
	expect 0 "${trace[@]}" -e trace=open,openat,execve "$BIN/lili" build
	in_store
	assert_not_exists ran
	# It was unpacked, so the trace has it, but only ever written.
	assert_equal "$(grep -c 'marked.*setup.py.*O_WRONLY' trace)" 1
	assert_equal "$(grep -e setup.py -e backend.py trace | grep -vc -e O_WRONLY -e lili_backend)" 0
	assert_not_exists "$(echo store/tmp/scratch-*)"
}

@test "a build backend inside the archive does not run either" {
	sdist 2.0 backend
	expect 0 "$BIN/lili" build
	in_store
	assert_not_exists ran
}

@test "what pip says of a version that is not there is in the error: exit 3" {
	sdist 1.0
	sed -i 's/==1.0/==9.9/' images/payloads.json
	expect 3 "$BIN/lili" build
	assert_regex "$stderr" "payload tool: pypi:marked==9.9: .*No matching distribution"
}
