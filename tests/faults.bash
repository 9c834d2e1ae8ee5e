# SPDX-License-Identifier: Apache-2.0
# faults: what must hold of a store whatever happened to the builds that worked on it. Loaded after scene.
# shellcheck disable=SC2154 # $lili is the test's, $http serve_start's

# true_to_name: each blob's and payload's name is its digest, and index.json is whole.
true_to_name() {
	local f
	for f in store/blobs/sha256/* store/payloads/*; do
		[ ! -f "$f" ] || assert_equal "$(sha256sum <"$f" | cut -c1-64)" "${f##*/}"
	done
	[ ! -e store/index.json ] || jq -e .manifests store/index.json >/dev/null || fail "index.json is broken"
	[ ! -e images/lock.json ] || jq -e . images/lock.json >/dev/null || fail "lock.json is broken"
}

# recovers WANT: what is there is true, the next build gives WANT, and nothing of the unlucky ones is left.
recovers() {
	true_to_name
	expect 0 "$lili" build
	assert_equal "$(digest "$output")" "$1"
	true_to_name
	assert_equal "$(find store/tmp images -name '.tmp*' -o -path '*/tmp/scratch-*')" ""
	assert_equal "$(jq '.manifests | length' store/index.json)" 2
}

# two_images: the scene with a second image that shares a layer with the first.
two_images() {
	mkdir -p images/second/rootfs/etc
	echo second >images/second/rootfs/etc/motd
	sed 's|test/demo|test/second|; s|{"program".*||; s|{"files": "rootfs"},|{"files": "rootfs"}|' \
		images/demo/image.json >images/second/image.json
	sed -i 's|"entrypoint": \["demo"\]|"entrypoint": ["true"]|' images/second/image.json
}

# at_once N [COMMAND...]: N builds on one store at once; all succeed with $want, each step done by one of them.
at_once() {
	local i pids=()

	rm -f out.[0-9] err.[0-9]
	for ((i = 0; i < $1; i++)); do
		"$lili" build --progress plain >"out.$i" 2>"err.$i" &
		pids+=($!)
	done
	for ((i = 0; i < $1; i++)); do
		wait "${pids[i]}" || fail "build $i of $1: status $?: $(cat "err.$i")"
		assert_equal "$(digest "$(<"out.$i")")" "$want"
	done
	true_to_name
	assert_equal "$(find store/tmp -mindepth 1)" ""
	assert_equal "$(jq '.manifests | length' store/index.json)" 2
	assert_equal "$(cat err.[0-9] | grep -c '^layer app-1: [0-9]')" 1
}

# from_server MODE: the payload comes over the network, in tests/serve's MODE; $want is what the images become.
from_server() {
	mkdir -p www/sha256
	mv images/app.tgz www
	ln -s ../app.tgz "www/sha256/$(sha256sum www/app.tgz | cut -c1-64)"
	serve_start
	sed -i "s|file:app.tgz|$http/$1/app.tgz|" images/payloads.json
	"$lili" build --store elsewhere --mirror www >out.want 2>err.want || fail "$(cat err.want)"
	want=$(digest "$(<out.want)")
	rm images/lock.json
}
