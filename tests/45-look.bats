#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# lili diff, verify, cache and doctor on small definitions.
load helpers
load scene
lili=$BIN/lili

# twins: a store with test/demo:latest and, built from changed definitions, test/demo:other.
twins() {
	expect 0 "$lili" build
	sed -i 's|"name": "test/demo",|& "tags": ["other"],|; s|"APP": "${APP:-1}"|"APP": "9", "NEW": "x"|' images/demo/image.json
	echo "hello there" >images/demo/rootfs/etc/motd
	mv images/demo/rootfs/etc/run.sh images/demo/rootfs/etc/stop.sh
	expect 0 "$lili" build
}
# has_line REGEX: a whole line of the output.
has_line() { grep -Eqx -- "$1" <<<"$output" || fail "no line '$1'"; }
q() { jq -r "$1" <<<"$output"; }

@test "diff of an image and itself says nothing and is 0, by reference and by digest" {
	expect 0 "$lili" build
	d=$(digest "$output")
	for other in demo test/demo:latest "$d"; do
		expect 0 "$lili" diff demo "$other"
		assert_equal "$output" ""
	done
	expect 0 "$lili" diff --json demo "$d"
	assert_equal "$(q '[.alike, (.config + .layers + .files + .packages | length)] | @csv')" true,0
}

@test "diff names each field, layer and file that differs, and is 1" {
	twins
	expect 1 "$lili" diff demo demo:other
	assert_equal "$stderr" ""
	has_line '- config.Env.APP = 1'
	has_line '\+ config.Env.APP = 9'
	has_line '\+ config.Env.NEW = x'
	has_line '- 1 sha256:.* files rootfs -> /'
	has_line '\+ 1 sha256:.* files rootfs -> /'
	has_line '- /etc/motd  file 0644 0:0 6 bytes sha256:[0-9a-f]{12}'
	has_line '\+ /etc/motd  file 0644 0:0 12 bytes sha256:[0-9a-f]{12}'
	has_line '- /etc/run.sh  file 0755 .*'
	has_line '\+ /etc/stop.sh  file 0755 .*'
	refute_regex "$output" numbers
	expect 1 "$lili" diff --json demo demo:other
	assert_equal "$(q .alike)" false
	assert_equal "$(q '[.layers[] | .what] | sort | @csv')" '"added","removed"'
	assert_equal "$(q '[.files[].path] | @csv')" '"etc/motd","etc/run.sh","etc/stop.sh"'
	assert_equal "$(q '.files[0].b.digest')" "sha256:$(sha256sum images/demo/rootfs/etc/motd | cut -c1-64)"
	assert_equal "$(q '.files[1] | has("b")')" false
}

@test "diff sees the upper layer's file, not the one it covers" {
	mkdir -p images/demo/rootfs/opt/app/lib
	echo upper >images/demo/rootfs/opt/app/README
	expect 0 "$lili" build
	sed -i 's|"name": "test/demo",|& "tags": ["other"],|' images/demo/image.json
	echo readme >tree/app-1/README
	echo more >>tree/app-1/lib/numbers
	tar -C tree --sort=name --mtime=@1000000000 --mode=u=rwX,go=rX -czf images/app.tgz app-1
	sed -i "s|\"sha256\": \"[0-9a-f]*\"|\"sha256\": \"$(sha256sum images/app.tgz | cut -c1-64)\"|" images/payloads.json
	rm images/lock.json
	expect 0 "$lili" build
	expect 1 "$lili" diff --json demo demo:other
	assert_equal "$(q '[.files[].path] | @csv')" '"opt/app/lib/numbers"'
}

@test "diff shows packages by version, from dpkg's records in the layers" {
	record() {
		printf 'Package: %s\nStatus: install ok installed\nArchitecture: amd64\nVersion: %s\n' "$1" "$2" \
			>"images/demo/rootfs/var/lib/dpkg/status.d/$1"
	}
	mkdir -p images/demo/rootfs/var/lib/dpkg/status.d
	record libc6 2.36-9
	record same 1.0
	record old 1
	echo sums >images/demo/rootfs/var/lib/dpkg/status.d/same.md5sums
	expect 0 "$lili" build
	sed -i 's|"name": "test/demo",|& "tags": ["other"],|' images/demo/image.json
	record libc6 2.36-10
	rm images/demo/rootfs/var/lib/dpkg/status.d/old
	echo other >images/demo/rootfs/var/lib/dpkg/status.d/same.md5sums
	expect 0 "$lili" build
	expect 1 "$lili" diff --json demo demo:other
	assert_equal "$(q '[.packages[] | [.name, .a.version, .b.version]] | tojson')" \
		'[["libc6","2.36-9","2.36-10"],["old","1",null]]'
	expect 1 "$lili" diff demo demo:other
	has_line '\+ libc6 2.36-10 amd64'
}

@test "diff wants two images that are there" {
	expect 0 "$lili" build
	expect 2 "$lili" diff demo
	expect 2 "$lili" diff demo nope
	assert_regex "$stderr" "no image 'nope'"
	expect 2 "$lili" diff demo sha256:12
	expect 2 "$lili" diff demo "sha256:$(printf x | sha256sum | cut -c1-64)"
	twins
	rm store/paths/*
	expect 1 "$lili" diff demo demo:other
	assert_regex "$stderr" 'hint: lili build makes it again'
}
