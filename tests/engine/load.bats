#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# lili load into a real Docker Engine.
load ../helpers
load ../engine

setup_file() { start_engine "$BATS_FILE_TMPDIR/engine"; }
teardown_file() { stop_engine; }

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	mkdir -p images/tiny/rootfs/bin
	export LILI_STORE=$PWD/store
	cp /bin/busybox images/tiny/rootfs/bin/
	echo "$BATS_TEST_NUMBER" >images/tiny/rootfs/number
	cat >images/tiny/image.json <<-END
		{"name": "test/tiny", "tags": ["latest", "1"], "layers": [{"files": "rootfs"}],
		 "config": {"entrypoint": ["/bin/busybox"], "cmd": ["cat", "/number"]}}
	END
	expect 0 "$BIN/lili" build
	id=$("$BIN/lili" inspect --json test/tiny | jq -r .id)
}

@test "what is loaded is the very image, under each of its names, and it runs" {
	expect 0 "$BIN/lili" load
	assert_regex "$output" "^test/tiny:1  image ID $id  [0-9.]+ MB"$'\n'"test/tiny:latest  image ID $id  "
	assert_equal "$(docker image inspect -f '{{.Id}}' test/tiny:1 test/tiny)" "$id"$'\n'"$id"
	expect 0 docker run --rm --network none test/tiny
	assert_equal "$output" "$BATS_TEST_NUMBER"
}

@test "an image that is there is not sent again; a name that is missing comes back" {
	expect 0 "$BIN/lili" load
	assert_regex "$stderr" "send 2 images"
	docker rmi test/tiny:1
	expect 0 "$BIN/lili" load
	refute_regex "$stderr" "send "
	assert_equal "$(docker image inspect -f '{{.Id}}' test/tiny:1)" "$id"
}

@test "a name that meant another image means this one afterwards" {
	expect 0 "$BIN/lili" load
	echo changed >images/tiny/rootfs/number
	expect 0 "$BIN/lili" build
	expect 0 "$BIN/lili" load tiny
	expect 0 docker run --rm --network none test/tiny
	assert_equal "$output" changed
	assert_equal "$(docker image inspect -f '{{.Id}}' test/tiny:1)" "$id"
}

@test "a damaged layer never reaches the engine: exit 5" {
	layer=$("$BIN/lili" inspect --json test/tiny | jq -r '.manifest.layers[0].digest')
	printf X | dd of="store/blobs/sha256/${layer#sha256:}" bs=1 seek=500 conv=notrunc status=none
	expect 5 "$BIN/lili" load
	assert_regex "$stderr" "blob $layer has other contents"
	run docker image inspect "$id"
	assert_failure
}

@test "what the engine refuses is in the error, though its status is 200" {
	# A config that promises another diffID than the layer has.
	bad=$(jq -c '.rootfs.diff_ids[0] = "sha256:" + ("0" * 64)' "store/blobs/sha256/${id#sha256:}" | tr -d '\n' |
		tee config | sha256sum | cut -d' ' -f1)
	old=$("$BIN/lili" inspect --json test/tiny | jq -r .digest)
	jq -c --arg d "sha256:$bad" --argjson n "$(stat -c %s config)" '.config.digest = $d | .config.size = $n' \
		"store/blobs/sha256/${old#sha256:}" | tr -d '\n' >manifest
	new=$(sha256sum manifest | cut -d' ' -f1)
	cp config "store/blobs/sha256/$bad"
	cp manifest "store/blobs/sha256/$new"
	sed -i "s/${old#sha256:}/$new/g; s/\"size\":$(stat -c %s "store/blobs/sha256/${old#sha256:}")/\"size\":$(stat -c %s manifest)/g" \
		store/index.json
	expect 3 "$BIN/lili" load
	assert_regex "$stderr" "load: invalid diffID for layer 0"
}
