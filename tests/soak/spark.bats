#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The whole lilidata/spark, built again under everything that must not matter, and read by everybody else's tools.
load ../helpers

here=$BATS_TEST_DIRNAME/../..

setup_file() {
	export LIMIT=1800 scene
	scene=$(mktemp -d /var/tmp/lili-soak.XXXXXX) # where nobody may go too
	cd "$scene" || return
	chmod 755 . && umask 022
	git clone -q "$here" one && git clone -q "$here" two
	make -C one all >/dev/null && (umask 077 && make -C two all >/dev/null)
	chown -R nobody two
}
teardown_file() { rm -rf "$scene"; }

# Each reference and its manifest's digest, of what `lili build` printed.
manifests() { awk '{ print $1, $2 }' <<<"$output"; }

@test "two folders, two umasks, root and nobody, one and two threads: one manifest" {
	local first
	cd "$scene" || return
	expect 0 one/out/lili build -C one --store "$PWD/store-one" --locked -j1 spark
	first=$(manifests)
	mkdir mirror && ln -s ../store-one/payloads mirror/sha256
	mkdir -m 700 store-two && chown nobody store-two
	expect 0 setpriv --reuid=nobody --regid=nogroup --clear-groups env HOME=/nonexistent bash -c \
		"umask 077; two/out/lili build -C two --store '$PWD/store-two' --locked --offline --mirror mirror -j2 spark"
	assert_equal "$(manifests)" "$first"
	diff <(ls store-one/blobs/sha256) <(ls store-two/blobs/sha256)
}

@test "umoci, skopeo and podman take it, and three tars list each layer alike" {
	local layer first n=0
	cd "$scene" || return
	expect 0 skopeo copy "oci:store-one:lilidata/spark:latest" oci:copied:latest
	expect 0 umoci stat --image copied:latest
	expect 0 umoci unpack --rootless --image copied:latest unpacked
	assert_file_executable unpacked/rootfs/usr/local/bin/spark
	expect 0 one/out/lili export --store store-one -o spark.tar lilidata/spark
	expect 0 podman --root "$PWD/podman" --runroot "$PWD/podman-run" --storage-driver vfs load -i spark.tar
	podman --root "$PWD/podman" --runroot "$PWD/podman-run" --storage-driver vfs rmi -af
	for layer in $(skopeo inspect --raw oci:copied:latest | jq -r '.layers[].digest'); do
		layer=copied/blobs/sha256/${layer#sha256:}
		first=$(tar -tzf "$layer" | openssl dgst -sha256)
		assert_equal "$(bsdtar -tf "$layer" | openssl dgst -sha256)" "$first"
		assert_equal "$(busybox tar -tzf "$layer" | openssl dgst -sha256)" "$first"
		n=$((n + 1))
	done
	[ "$n" -ge 7 ]
}
