#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# compose/: each topology is one that docker-compose takes, of images that are defined here.
load helpers
top=$BATS_TEST_DIRNAME/..

@test "docker-compose takes every file of compose/, with nothing set" {
	for file in "$top"/compose/*.yaml; do
		expect 0 env -i PATH="$PATH" HOME="$PWD" docker-compose -f "$file" config -q
		assert_equal "$output$stderr" ""
	done
}

@test "every image that compose/ names is one of images/" {
	local image
	sed -n 's/^\t"name": "\(.*\)",$/\1/p' "$top"/images/*/image.json >defined
	sed -n 's/^ *image: //p' "$top"/compose/*.yaml >named
	assert_not_equal "$(<named)" ""
	while read -r image; do
		grep -qxF "${image%%:*}" defined || fail "$image is not defined"
	done <named
}
