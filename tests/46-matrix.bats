#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# One definition, several versions and tags, from the same layers.
# shellcheck disable=SC2016 # variables of definitions
load helpers
load scene
lili=$BIN/lili

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	export LILI_STORE=$PWD/store LILI_PROGRAMS=$PWD/programs
	scene .
	cp images/app.tgz images/app2.tgz
	echo more >>images/app2.tgz
	sed -i 's|^{|{"app-2": {"address": "file:app2.tgz", "sha256": "'"$(sha256sum images/app2.tgz | cut -c1-64)"'", "file": "app2"},|' \
		images/payloads.json
	cat >images/demo/image.json <<-'JSON'
		{
			"name": "test/demo",
			"set": {"NEW": "2"},
			"matrix": [
				{"tags": ["latest", "all"], "set": {"APP": "${NEW}"}},
				{"tags": ["v1"], "set": {"APP": "1"}},
				{"tags": ["v${NEW}"], "set": {"APP": "${NEW}"}}
			],
			"layers": [
				{"payload": "app-1", "into": "/opt/1", "only": ["all", "v1"]},
				{"payload": "app-${NEW}", "into": "/opt/2", "only": ["all", "v${NEW}"]},
				{"files": "rootfs"}
			],
			"config": {"env": {"HOME_OF_APP": "/opt/${APP}"}}
		}
	JSON
}

layers() { skopeo inspect --raw "oci:store:test/demo:$1" | jq -r '.layers[].digest'; }
home_of() { skopeo inspect --config "oci:store:test/demo:$1" | jq -r '.config.Env[] | select(startswith("HOME_OF_APP"))'; }

@test "one definition makes an image a row, of the same blobs, each layer made once" {
	expect 0 "$lili" build
	assert_equal "$(cut -d' ' -f1 <<<"$output")" $'test/demo:latest\ntest/demo:all\ntest/demo:v1\ntest/demo:v2'
	assert_equal "$(grep -c '^layer ' <<<"$stderr")" 3
	mapfile -t all < <(layers latest)
	assert_equal "$(layers v1)" "${all[0]}"$'\n'"${all[2]}"
	assert_equal "$(layers v2)" "${all[1]}"$'\n'"${all[2]}"
	assert_equal "$(home_of all) $(home_of v1) $(home_of v2)" "HOME_OF_APP=/opt/2 HOME_OF_APP=/opt/1 HOME_OF_APP=/opt/2"
	assert_equal "$(layers all)" "$(layers latest)"
	expect 0 "$lili" build
	refute_regex "$output" '3 layers \([^3]|2 layers \([^2]'
}

@test "a name means all of its rows, a reference one" {
	for name in demo:v1 test/demo:v1; do
		rm -rf store
		expect 0 "$lili" build "$name"
		assert_regex "$output" '^test/demo:v1  '
		assert_equal "$(wc -l <<<"$output")" 1
	done
	expect 0 "$lili" build test/demo:v1 demo:all
	assert_equal "$(cut -d' ' -f1 <<<"$output")" $'test/demo:latest\ntest/demo:all\ntest/demo:v1'
	expect 2 "$lili" build demo:v3
	assert_regex "$stderr" "hint: did you mean 'v1'\? its tags: latest, all, v1, v2"
}

@test "--set is stronger than what a definition sets, and a row stronger than both" {
	sed -i 's/"tags": \["v${NEW}"\]/"tags": ["new"]/; s/"v${NEW}"\]/"new"]/' images/demo/image.json
	expect 0 "$lili" build --set NEW=1 demo:all
	assert_equal "$(home_of all)" HOME_OF_APP=/opt/1
	expect 2 "$lili" build --set APP=7
	assert_regex "$stderr" '--set APP'
}

@test "two rows of one tag are refused" {
	expect 2 "$lili" build --set NEW=1
	assert_regex "$stderr" '^lili: images/demo/image.json:7:[0-9]+: test/demo:v1 is there already'
}

@test "package sets that differ between rows are locked a row each" {
	cat >images/demo/image.json <<-'JSON'
		{
			"name": "test/demo",
			"matrix": [{"tags": ["a"], "set": {"TOOL": "bash"}}, {"tags": ["b"], "set": {"TOOL": "dash"}}],
			"layers": [
				{"use": "same"},
				{"packages": {"suite": "nowhere", "install": ["${TOOL}"]}}
			]
		}
	JSON
	mkdir -p images/layers
	echo '{"layers": [{"packages": {"suite": "nowhere", "install": ["tar"]}}]}' >images/layers/same.json
	expect 0 "$lili" plan
	assert_equal "$(grep -c 'resolve  same:' <<<"$output")" 2
	assert_equal "$(grep -c 'resolve  test/demo:a:' <<<"$output")" 1
	assert_equal "$(grep -c 'resolve  test/demo:b:' <<<"$output")" 1
}

@test "lilidata/spark has an image of each line beside the one of all, with a home of its own" {
	expect 0 "$lili" plan --json -C "$BATS_TEST_DIRNAME/.." spark
	run jq -r '.images[] | .tags | join(" ")' <<<"$output"
	assert_output $'latest\n3.5.9\n3.4.4\n3.3.4'
	expect 0 "$lili" plan -C "$BATS_TEST_DIRNAME/.." lilidata/spark:3.4.4
	assert_regex "$output" 'spark-3.4.4-pypi'
	refute_regex "$output" 'spark-3.[35]'
}
