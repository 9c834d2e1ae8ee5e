#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Archives that a builder must not trust: refused with the entry's name, exit 5, and nothing is left behind.
load helpers
lili=$BIN/lili

# Writes the corpus once for the file: images/NAME/image.json and one payload a case.
setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	mkdir images
	"$BATS_TEST_DIRNAME/hostile" images >cases
	python3 - <<-'PY'
		import hashlib, json, os
		payloads = {}
		for line in open("cases"):
		    name = line.split("\t")[0]
		    sum = hashlib.sha256(open("images/" + name, "rb").read()).hexdigest()
		    payloads[name] = {"address": ["file:" + name], "sha256": sum}
		    os.makedirs("images/image-" + name)
		    with open("images/image-%s/image.json" % name, "w") as f:
		        json.dump({"name": "test/" + name, "layers": [{"payload": name, "into": "/opt"}]}, f)
		json.dump(payloads, open("images/payloads.json", "w"))
	PY
}

cases() { awk -F'\t' -v want="$1" '$2 == want' "$BATS_FILE_TMPDIR/cases"; }

# try NAME: builds that one image in a store of its own test; its status is in $status.
try() {
	status=0
	stderr=$("$lili" build -C "$BATS_FILE_TMPDIR" --store store "image-$1" 2>&1 >/dev/null) || status=$?
}

@test "refuses every hostile archive, naming the entry, with exit 5" {
	local n=0 name words
	while IFS=$'\t' read -r name _ words; do
		try "$name"
		[ "$status" -eq 5 ] || fail "$name: status $status, expected 5: $stderr"
		[[ $stderr == *"$words"* ]] || fail "$name: '$words' is not in: $stderr"
		n=$((n + 1))
	done < <(cases refuse)
	[ "$n" -ge 100 ] || fail "only $n cases"
	assert_equal "$(find store/blobs store/tmp store/paths -type f)" ""
	assert_not_exists store/index.json
}

@test "takes odd but harmless archives, and every reader lists the layer alike" {
	local name blob first other reader
	while IFS=$'\t' read -r name _; do
		rm -rf store
		try "$name"
		[ "$status" -eq 0 ] || fail "$name: $stderr"
		blob=$(skopeo inspect --raw "oci:store:test/$name:latest" | jq -r '.layers[0].digest')
		blob=store/blobs/sha256/${blob#sha256:}
		first=$(tar -tzf "$blob")
		for reader in "bsdtar -tf" "busybox tar -tzf" "python3 -c 'import sys,tarfile
for m in tarfile.open(sys.argv[1]): print(m.name + \"/\" * m.isdir())'"; do
			other=$(eval "$reader" "$blob")
			[ "$first" = "$other" ] || fail "$name: $reader lists something else: $other"
		done
	done < <(cases accept)
}

# A sanitizer keeps what was freed, for a while.
build_in_64_megabytes() {
	python3 - "$lili" build --store store "$@" <<-'PY'
		import os, resource, subprocess, sys
		subprocess.run(sys.argv[1:], check=True)
		peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
		limit = (512 if os.environ.get("SANITIZE") else 64) << 10
		assert peak <= limit, "%d kB" % peak
	PY
}

@test "two hundred thousand entries take less than 64 MB" {
	build_in_64_megabytes -C "$BATS_FILE_TMPDIR" image-74-200000-entries
}

@test "a payload of half a gigabyte takes less than 64 MB, however many jobs there may be" {
	mkdir -p images/big
	head -c 500M /dev/zero | openssl enc -aes-128-ctr -nosalt -pass pass:x -pbkdf2 >big 2>/dev/null
	tar -cf - big | gzip -1 >images/big.tgz
	rm big
	echo '{"name": "test/big", "layers": [{"payload": "big"}]}' >images/big/image.json
	printf '{"big": {"address": "file:big.tgz", "sha256": "%s"}}' \
		"$(openssl dgst -sha256 -r images/big.tgz | cut -c1-64)" >images/payloads.json
	build_in_64_megabytes --jobs 64 big
}
