#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# lili doctor: what it looks at, what it says to do, and that it only looks.
load helpers
load scene
lili=$BIN/lili

# finds LEVEL WHAT FIX: doctor has a line of this level that says so; 1 when it is a failure.
finds() {
	local want=0
	[ "$1" != fail ] || want=1
	expect $want "$lili" doctor "${options[@]}"
	grep -Eqx "$1 +$2 - $3" <<<"$output" || fail "no line '$1 $2 - $3'"
}
options=()

@test "a machine that can build is 0, and nothing was made or changed by asking" {
	find . | sort >../before
	mv ../before .
	expect 0 "$lili" doctor
	assert_equal "$stderr" ""
	refute_regex "$output" 'fail '
	for what in 'store: .*/store will be made' 'definitions: 1 image in images' 'program demo: .*' 'disk: .* free at .*' \
		'clock: 20.*' 'apt-get: installed' 'gpgv: installed' 'pip: installed' 'https: .*'; do
		grep -Eqx "ok +$what" <<<"$output" || fail "no line '$what'"
	done
	find . | grep -Ev '^./(stderr.log|before)$' | sort | diff before -
	expect 0 "$lili" build
	expect 0 "$lili" doctor --json
	assert_equal "$(jq -r '.ok, ([.findings[] | select(.level == "fail")] | length)' <<<"$output" | paste -sd' ')" "true 0"
	assert_regex "$output" 'lock.json answers for everything'
}

@test "says what is wrong with the store, and how to mend it" {
	mkdir store
	chmod 777 store
	finds fail 'store .* can be written by others .*' 'chmod go-w .*'
	options=(--store images/app.tgz/store)
	finds fail 'store: images/app.tgz/store: Not a directory' '--store DIR or .*'
}

@test "says what the definitions and the lock lack" {
	finds warn 'lock: there is no images/lock.json' 'lili lock .*'
	expect 0 "$lili" lock
	sed -i 's/"profile": ".*"/"profile": "gz-other"/' images/lock.json
	finds warn 'lock: its profile is gz-other, this lili packs .*' 'lili lock .*'
	sed -i 's|"layers": \[|&{"packages": {"suite": "nosuch", "install": ["x"]}},|' images/demo/image.json
	finds fail 'apt, nosuch: .*' '.*'
	assert_regex "$output" 'warn lock: images/lock.json does not answer for [12] layers?'
	mv programs elsewhere
	finds fail 'program demo: there is no program .*' 'make builds .*'
	mv elsewhere programs
	sed -i 's/"files"/"flies"/' images/demo/image.json
	expect 1 "$lili" doctor
	assert_regex "$output" 'fail definitions: .*image.json'
	options=(-C /nonexistent)
	finds warn 'definitions: there is no /nonexistent/images' '-C DIR .*'
}

@test "says that a disk is too small for what is to be fetched" {
	sed -i 's|{"address": "file:app.tgz"|{"size": 1000000000000000, "address": "https://127.0.0.1:1/app.tgz"|' images/payloads.json
	finds fail 'disk: .* free at .*, 1000000000.0 MB are to be fetched' 'lili cache gc, .*'
}

@test "says that the clock is before the build, and which client is missing" {
	mkdir -p new/bin tools
	cp "$lili" new/bin/lili
	touch -d 2100-01-01 new/bin/lili
	lili=$PWD/new/bin/lili
	finds fail 'clock: it is 20.*, which is before this lili was built' 'set it: .*'
	touch new/bin/lili
	sed -i 's|"layers": \[|&{"packages": {"suite": "nosuch", "install": ["x"]}},|' images/demo/image.json
	finds fail 'apt, nosuch: this host.s apt has no source for nosuch' 'add its line to .*'
	for tool in timeout cat grep; do ln -s "$(command -v $tool)" tools/$tool; done
	PATH=$PWD/tools finds fail 'apt-get: not installed' 'install it .*'
	PATH=$PWD/tools finds fail 'gpgv: not installed' 'install it .*'
	DOCKER_HOST=unix://$PWD/none finds fail 'apt, nosuch: .*' '.*'
	assert_regex "$output" 'warn engine: .*'
}
