#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# docs/first-image.md as it is written; what it does with Docker is in engine/.
load helpers
load archive
load first

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	first_setup
}

@test "the page on the first image, up to docker: locks, builds, and plans the one layer that a change makes" {
	page | grep -v '^docker \|^lili load ' >page.sh
	[ "$(wc -l <page.sh)" -gt 20 ]
	expect 0 bash -e page.sh
	assert_regex "$output" 'packages example/hello: new, 1 packages'
	assert_equal "$(grep -c '^example/hello:latest  sha256:' <<<"$output")" 2
	assert_regex "$output" '3 layers \(2 reused\)$'
	assert_regex "$output" 'build    files rootfs -> /: changed
 +content of srv/greeting: '
	assert_regex "$output" 'reuse    example/hello'
	(cd first && "$BIN/lili" export hello -o ../hello.tar)
	mkdir out
	skopeo copy -q docker-archive:hello.tar dir:out
	for layer in $(jq -r '.layers[].digest' out/manifest.json | cut -d: -f2); do
		bsdtar -C out -xf "out/$layer"
	done
	assert_equal "$(cat out/srv/greeting)" "$(says 2)"
	cmp out/usr/bin/busybox /bin/busybox
}
