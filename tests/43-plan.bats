#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# lili plan: what it announces is what lili build then does, and nothing else.
load helpers
load archive
load scene
lili=$BIN/lili

# The scene on top of two packages and an account.
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
	sed -i -e 's|"layers": \[|&{"packages": {"suite": "test", "install": ["tool"]}},|' \
		-e 's|"config"|"accounts": [{"user": "demo", "uid": 1000}], &|' images/demo/image.json
}

# announced / done: the layers that plan says build would make, and that build said it made.
announced() { jq -r '.images[].layers[] | select(.does != "reuse").label' <<<"$output" | sort; }
made() { sed -n 's/^\(lili: \)\?layer \(.*\): [0-9.]* [kMG]\?B, .*/\2/p' <<<"$stderr" | sort; }
# reasons: what plan says of what differs, a line each: LABEL: INPUT OLD NEW.
reasons() {
	jq -r '.images[] | (.layers + [.image + {label: "image"}])[] | .label as $l | .changes // [] | .[]
		| "\($l): \(.input) \(.old // "-") \(.new // "-")"' <<<"$output"
}

# comes_true LABEL...: plan announces these layers (a line each), writes nothing, and the build makes those.
comes_true() {
	local want before
	want=$(printf '%s\n' "$@" | sort)
	before=$(state 2>&1)
	expect 0 "$lili" plan --json "${args[@]}"
	reasons >reasons.txt
	assert_equal "$(announced)" "$want"
	assert_equal "$(state 2>&1)" "$before"
	expect 0 "${builder:-$lili}" build "${args[@]}"
	assert_equal "$(made)" "$want"
	expect 0 "$lili" plan --json "${args[@]}"
}
state() { find store images -printf '%p %T@ %s\n' | sort; }
args=()

@test "without a store and a lock it says what is not known, and makes neither" {
	expect 0 "$lili" plan
	assert_regex "$output" 'resolve  test/demo: the lock does not say'
	assert_regex "$output" 'resolve  system'
	assert_regex "$output" 'build    app-1: not built before'
	assert_not_exists store
	assert_not_exists images/lock.json
}

@test "before the first build it announces every layer and the bytes to fetch; after it, nothing" {
	local size
	expect 0 "$lili" lock
	rm -rf store
	size=$(($(stat -c %s images/app.tgz) + $(cat archive/pool/*.deb | wc -c)))
	expect 0 "$lili" plan --json
	assert_equal "$(jq -c '.fetchSize, [.fetch[].files]' <<<"$output")" "$size"$'\n[2,1]'
	comes_true test/demo system app-1 "files rootfs -> /" "program demo"
	assert_equal "$(jq -c '.fetch, .fetchSize, [.images[] | .image.does, .layers[].does]' <<<"$output")" \
		$'[]\n0\n["reuse","reuse","reuse","reuse","reuse","reuse"]'
	expect 0 "$lili" plan
	assert_regex "$output" 'nothing to fetch'
}

@test "each kind of input in turn: announced with what it was and is, made, and nothing else is" {
	local sum
	expect 0 "$lili" build

	sum=$(sha256sum images/app.tgz | cut -c1-64)
	tar -C tree -cf images/app.tgz app-1
	sed -i "s/$sum/$(sha256sum images/app.tgz | cut -c1-64)/" images/payloads.json
	expect 0 "$lili" lock --update app-1
	comes_true app-1
	assert_equal "$(cat reasons.txt)" "app-1: payload $sum $(sha256sum images/app.tgz | cut -c1-64)"

	sed -i 's|"/opt/app"|"/opt/other"|' images/demo/image.json
	comes_true app-1
	assert_equal "$(cat reasons.txt)" 'app-1: into opt/app opt/other'

	echo changed >images/demo/rootfs/etc/motd
	comes_true "files rootfs -> /"
	assert_regex "$(cat reasons.txt)" '^files rootfs -> /: content of etc/motd sha256:[0-9a-f]{64} sha256:[0-9a-f]{64}$'

	chmod 755 images/demo/rootfs/etc/motd
	comes_true "files rootfs -> /"
	assert_equal "$(cat reasons.txt)" 'files rootfs -> /: mode of etc/motd 0644 0755'

	ln -s motd images/demo/rootfs/etc/issue
	comes_true "files rootfs -> /"
	assert_equal "$(cat reasons.txt)" 'files rootfs -> /: content of etc/issue - a link to motd'

	printf other >>programs/demo
	comes_true "program demo"
	assert_regex "$(cat reasons.txt)" '^program demo: program [0-9a-f]{64} [0-9a-f]{64}$'

	sed -i 's/"other"/"another"/' images/demo/image.json
	comes_true "program demo"
	assert_equal "$(cat reasons.txt)" 'program demo: aliases ["other"] ["another"]'

	sed -i 's/1000/1001/' images/demo/image.json
	comes_true system
	assert_regex "$(cat reasons.txt)" '^system: account demo uid 1000, .* uid 1001, [^:]*$'

	sed -i 's/"env": {/&"NEW": "1", /' images/demo/image.json
	comes_true
	assert_equal "$(cat reasons.txt)" 'image: env NEW - 1'
}

@test "a package of another version: its layer and the system layer, each with the version it was" {
	expect 0 "$lili" build
	make_package lib 1.1
	publish test-security lib_1.1_all.deb
	expect 0 "$lili" lock --update test/demo
	comes_true test/demo system
	assert_regex "$(cat reasons.txt)" 'test/demo: package lib 1.0 sha256:[0-9a-f]{64} 1.1 sha256:'
	assert_equal "$(grep -c 'package' reasons.txt)" 2
}

@test "another profile and another platform: every layer" {
	expect 0 "$lili" build
	sed -b 's/gz-libdeflate1\./gz-libdeflate9./' "$lili" >other
	chmod +x other
	expect 0 ./other plan --json
	assert_equal "$(announced | wc -l)" 5
	assert_regex "$(reasons)" 'app-1: profile gz-libdeflate1[^ ]* gz-libdeflate9'
	expect 0 ./other build
	assert_equal "$(made | wc -l)" 5
	expect 0 "$lili" plan
	refute_output --partial 'build    app-1'

	sed -i 's|{"packages.*}},||' images/demo/image.json
	printf '\xb7' | dd of=programs/demo bs=1 seek=18 conv=notrunc status=none # EM_AARCH64
	args=(--platform linux/arm64)
	comes_true system app-1 "files rootfs -> /" "program demo"
	assert_regex "$(cat reasons.txt)" 'app-1: platform linux/amd64 linux/arm64'
}

@test "a layer that is gone from the store, one that is new, and an image in another order" {
	expect 0 "$lili" build
	find store/blobs -size +100k -delete
	expect 0 "$lili" plan
	assert_regex "$output" 'build    app-1: gone from the store'
	comes_true app-1
	mkdir -p images/demo/more
	echo more >images/demo/more/more
	sed -i 's|{"files": "rootfs"}|&, {"files": "more"}|' images/demo/image.json
	expect 0 "$lili" plan
	assert_regex "$output" 'build    files more -> /: new in this image'
	comes_true "files more -> /"
	sed -i 's|{"files": "rootfs"}, {"files": "more"}|{"files": "more"}, {"files": "rootfs"}|' images/demo/image.json
	expect 0 "$lili" plan
	assert_regex "$output" 'build    the image: other layers'
	comes_true
}

@test "asks nobody: neither client nor network nor a file of the store is opened for writing" {
	export ASAN_OPTIONS=detect_leaks=0 # which does not work under strace
	expect 0 "$lili" build
	echo changed >images/demo/rootfs/etc/motd
	expect 0 strace -f -o trace -e trace=%file,%network,clone,clone3,fork,vfork "$lili" plan
	run grep -E 'O_WRONLY|O_RDWR|O_CREAT|socket|mkdir|unlink|rename|fork|clone' trace
	assert_output ""
}
