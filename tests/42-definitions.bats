#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Definitions as people write them: what is wrong in them is all said, where, and with what was probably meant.
load helpers
load scene
lili=$BIN/lili
here=$BATS_TEST_DIRNAME/definitions

# definitions: the ones of tests/definitions in images/, which are well.
definitions() {
	rm -rf images
	cp -r "$here/images" .
	mkdir -p images/demo/rootfs images/layers/base images/layers/more
}
# marked PLACE: the line of PLACE (FILE:LINE:COLUMN) is shown, and its column marked, unless it is too long to be shown whole.
marked() {
	local file line column shown
	IFS=: read -r file line column <<<"$1"
	shown=$(sed -n "${line}p" "images/$file")
	[ "${#shown}" -le 100 ] || return 0
	[[ $stderr == *$'\n'"$line | $shown"$'\n'* ]] || fail "$1: its line is not shown"
	awk -v want=$((${#line} + 3 + column)) '/^ +\| +\t*[ \t]*\^+$/ { found = index($0, "^") == want } END { exit !found }' \
		<<<"$stderr" || fail "$1: the caret is elsewhere"
}

@test "the definitions that the table breaks are well as they are" {
	definitions
	expect 0 "$lili" plan
	assert_regex "$output" 'test/demo:latest, test/demo:v1'
}

@test "says each of more than 100 mistakes once: file, line, column, the line, a caret, what was meant" {
	local n=0 file find new place words hint text want
	definitions
	while IFS='|' read -r file find new place words hint; do
		text=$(<"images/$file")
		[[ $text == *"$find"* ]] || fail "$file has no $find"
		printf '%s\n' "${text/"$find"/"$new"}" >"images/$file"
		expect 2 "$lili" plan
		assert_equal "$output" ""
		want="lili: images/$place: $words"
		[ "${stderr%%$'\n'*}" = "$want" ] || fail "wanted: $want"
		[[ $stderr != *$'\nlili: '* ]] || fail "wanted: nothing else"
		case $stderr in
		*$'\nhint: '*) [ "${stderr##*$'\nhint: '}" = "$hint" ] || fail "wanted: hint: $hint" ;;
		*) [ -z "$hint" ] || fail "wanted: hint: $hint" ;;
		esac
		marked "$place"
		printf '%s\n' "$text" >"images/$file"
		n=$((n + 1))
	done < <(grep -v '^#' "$here/wrong")
	[ "$n" -ge 100 ] || fail "only $n"
}

@test "names every mistake of all files in one run, in the order of files and places" {
	definitions
	sed -i 's/"tags": \["small"\]/"tag": ["small"]/; s/"cmd"/"cdm"/; s/"use": "base"/"use": "bsae"/' images/demo/image.json
	sed -i 's/"into"/"onto"/' images/other/image.json
	sed -i 's/"mode": "0644"/"mode": "rw"/' images/payloads.json
	expect 2 "$lili" build
	run sed -n 's/^lili: \(images[^ ]*\):.*/\1/p' <<<"$stderr"
	assert_output "images/demo/image.json:8:4
images/demo/image.json:11:11
images/demo/image.json:22:27
images/other/image.json:5:22
images/payloads.json:10:186"
	assert_equal "$(grep -c '^hint: did you mean' <<<"$stderr")" 4
	assert_not_exists images/lock.json
}

@test "a file that is no text of JSON at all is refused in its place" {
	definitions
	: >images/payloads.json
	expect 2 "$lili" plan
	assert_regex "$stderr" '^lili: images/payloads.json:1:1: the file ends where a value should be'
	printf '\0\033[31m' >images/payloads.json
	expect 2 "$lili" plan
	assert_regex "$stderr" '^lili: images/payloads.json:1:1: '
	refute_regex "$stderr" $'\033'
	head -c 100000 /dev/zero | tr '\0' '[' >images/payloads.json
	expect 2 "$lili" plan
	assert_regex "$stderr" 'payloads.json:1:65: this is nested too deeply'
}

@test "columns are counted in characters, and no control character reaches the terminal" {
	definitions
	sed -i 's|"name": "test/other",|"näme": "é", "b\\u001b[31m": 1, &|' images/other/image.json
	expect 2 "$lili" plan
	assert_regex "$stderr" 'other/image.json:2:2: an image has no key .näme'
	# A key that is spelled with escapes is looked for no further than around it.
	assert_regex "$stderr" 'other/image.json:1:1: an image has no key .b\?\[31m'
	refute_regex "$stderr" $'\033'
}

@test "an image that is not there is taken for the nearest one" {
	for name in dmeo test/dem test/demo:latets; do
		definitions
		expect 2 "$lili" plan "$name"
		assert_regex "$stderr" "^lili: there is no image '$name' in images"
		assert_regex "$stderr" "hint: did you mean '(demo|test/demo|latest)'\?"
	done
}

@test "layers that fight over a path are named by line and column" {
	sed -i 's|{"files": "rootfs"},|& {"files": "more"},|' images/demo/image.json
	mkdir images/demo/more
	echo file >images/demo/more/etc
	expect 5 "$lili" build
	assert_regex "$stderr" 'lili: test/demo: images/demo/image.json:5:22: files more.*"etc"'
}

@test "a folder without the shared layers that it uses is told where there are some" {
	sed -i 's|"layers": \[|&{"use": "debian"},|' images/demo/image.json
	expect 2 "$lili" plan
	assert_regex "$stderr" "there is no shared layer 'debian'"
	assert_regex "$stderr" 'hint: it would be images/layers/debian.json: write it, or copy one from the images/layers that lili'
}
