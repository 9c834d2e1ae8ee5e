#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# schema/: what editors and others judge definitions by is what lili reads them by.
load helpers
lili=$BIN/lili
tree=$BATS_TEST_DIRNAME/..

# judge SCHEMA FILE...: what jsonschema says of the files, whose comments are taken out first; exit 1 when it says anything.
judge() {
	/usr/bin/python3 - "$@" <<-'PY'
		import json, re, sys
		from jsonschema import Draft202012Validator as judge
		schema = json.load(open(sys.argv[1]))
		judge.check_schema(schema)
		wrong = 0
		for path in sys.argv[2:]:
		    text = re.sub(r'("(?:[^"\\]|\\.)*")|//[^\n]*', lambda m: m[1] or "", open(path).read())
		    for e in judge(schema).iter_errors(json.loads(text)):
		        print(path, e.json_path, e.message[:200])
		        wrong = 1
		sys.exit(wrong)
	PY
}

@test "schema/ is what lili schema prints" {
	for kind in image layers payloads; do
		expect 0 "$lili" schema $kind
		diff "$tree/schema/$kind.json" - <<<"$output"
	done
	expect 2 "$lili" schema
	expect 2 "$lili" schema imege
	assert_regex "$stderr" "did you mean 'image'"
}

@test "the definitions of images/, and those with one of everything, are good by it" {
	for from in "$tree" "$BATS_TEST_DIRNAME/definitions"; do
		judge "$tree/schema/image.json" "$from"/images/*/image.json
		judge "$tree/schema/layers.json" "$from"/images/layers/*.json
		judge "$tree/schema/payloads.json" "$from/images/payloads.json"
	done
}

@test "it refuses unknown keys, wrong types, missing keys and two kinds in one" {
	local wrong
	for wrong in 's/"files"/"flies"/' 's/"uid": 1001/"uid": "1001"/' 's/"name": .*//' 's/"use": "base"/&, "files": "x"/' \
		's/"30s"/"30"/' 's/"labels"/"lables"/' 's/"tags": \["small"\],//' 's/"--help"/7/'; do
		sed "$wrong" "$BATS_TEST_DIRNAME/definitions/images/demo/image.json" >image.json
		cmp -s image.json "$BATS_TEST_DIRNAME/definitions/images/demo/image.json" && fail "$wrong does nothing"
		run -1 judge "$tree/schema/image.json" image.json
	done
}

@test "every definition names its schema, where it is" {
	local file named
	for file in "$tree"/images/*/image.json "$tree"/images/layers/*.json "$tree"/images/payloads.json; do
		# shellcheck disable=SC2016 # a key of JSON
		named=$(sed -n 's/.*"$schema": "\(.*\)".*/\1/p' "$file")
		assert_exists "${file%/*}/${named:?no schema in $file}"
	done
}
