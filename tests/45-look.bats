#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# lili diff, verify and cache on small definitions.
load helpers
load scene
lili=$BIN/lili

# twins: a store with test/demo:latest and, built from changed definitions, test/demo:other.
twins() {
	expect 0 "$lili" build
	# shellcheck disable=SC2016 # the definition's own variable
	sed -i 's|"name": "test/demo",|& "tags": ["other"],|; s|"APP": "${APP:-1}"|"APP": "9", "NEW": "x"|' images/demo/image.json
	echo "hello there" >images/demo/rootfs/etc/motd
	mv images/demo/rootfs/etc/run.sh images/demo/rootfs/etc/stop.sh
	expect 0 "$lili" build
}
# has_line REGEX: a whole line of the output.
has_line() { grep -Eqx -- "$1" <<<"$output" || fail "no line '$1'"; }
# q FILTER: jq on the output.
q() { jq -r "$1" <<<"$output"; }

# The files of the store's image: manifest, config, layer N (from below), its index of paths; and its payload. flip
# changes the byte in the middle of one.
manifest() { echo "store/blobs/sha256/$(jq -r '.manifests[0].digest[7:]' store/index.json)"; }
config() { echo "store/blobs/sha256/$(jq -r '.config.digest[7:]' "$(manifest)")"; }
layer() { echo "store/blobs/sha256/$(jq -r ".layers[$1].digest[7:]" "$(manifest)")"; }
paths() { echo "store/paths/$(jq -r ".rootfs.diff_ids[$1][7:]" "$(config)")"; }
payload() { echo "store/payloads/$(sha256sum images/app.tgz | cut -c1-64)"; }
flip() { printf '\125' | dd of="$1" bs=1 seek=$(($(stat -c %s "$1") / 2)) conv=notrunc status=none; }
# found WORDS FILE: verify names a damage of that file and is 5; without the file, the next build mends it.
found() {
	expect 5 "$lili" verify
	has_line ".*($1).* - .*"
	assert_regex "$output" "${2##*/}"
	expect 5 "$lili" verify --json
	assert_equal "$(q '.ok, (.damages | length)' | paste -sd' ')" "false 1"
	rm -rf "$2"
	expect 0 "$lili" build
	expect 0 "$lili" verify
	has_line '1 image, [0-9]+ objects, .*: as they should be'
}

# put FILE: makes it a blob, prints its digest.
put() { d=$(sha256sum "$1" | cut -c1-64) && mv "$1" "store/blobs/sha256/$d" && echo "sha256:$d"; }
# repack: layer 1 of the store's image is compressed by somebody else.
repack() {
	gzip -dc "$(layer 1)" | gzip -n9 >blob
	size=$(stat -c %s blob)
	jq -c --arg d "$(put blob)" --argjson s "$size" '.layers[1].digest = $d | .layers[1].size = $s' "$(manifest)" >m
	size=$(stat -c %s m)
	jq -c --arg d "$(put m)" --argjson s "$size" '.manifests[0].digest = $d | .manifests[0].size = $s' store/index.json >i
	mv i store/index.json
}

# old: the store after a build, a change and another build: the first build's files layer is nobody's.
old() {
	expect 0 "$lili" build
	old=$(layer 1) old_paths=$(paths 1) old_config=$(config) old_manifest=$(manifest)
	echo other >images/demo/rootfs/etc/motd
	expect 0 "$lili" build
	newest=$(digest "$output")
}
# known: what is in the store.
known() { find store -type f | sort; }

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

@test "verify finds other bytes in a manifest, config, layer and payload, and says how to mend it" {
	expect 0 "$lili" build
	for what in manifest config "layer 0" "layer 1" payload; do
		f=$($what)
		flip "$f"
		found 'has other contents' "$f"
	done
}

@test "verify finds what is missing, cut short or longer than it was" {
	expect 0 "$lili" build
	for what in manifest config "layer 0"; do
		f=$($what)
		rm "$f"
		found "${f##*/}.*(missing|No such file)" "$f"
		truncate -s -1 "$f"
		found 'bytes instead of|has other contents' "$f"
		echo >>"$f"
		found 'bytes instead of|has other contents' "$f"
	done
	f=$(paths 1)
	rm "$f"
	found 'index of paths' "$f"
}

@test "verify finds an index of paths that is not the layer's" {
	expect 0 "$lili" build
	f=$(paths 1)
	for change in 's/0644/0666/' '/motd/d' '/motd/s/[0-9a-f]\{64\}/'"$(printf x | sha256sum | cut -c1-64)/" 's/^d/x/'; do
		sed -i "$change" "$f"
		found 'layer 1: .*(index of paths|not an index)' "$f"
	done
	awk '{print} /motd/ {sub("motd", "motd2"); print}' "$f" >longer && mv longer "$f"
	found 'index has .* paths, the layer .* entries' "$f"
}

@test "verify refuses links, pipes and strangers in the store without hanging" {
	expect 0 "$lili" build
	for what in manifest config "layer 0" payload "paths 1"; do
		f=$($what)
		mv "$f" elsewhere
		mkfifo "$f"
		LIMIT=5 found 'FIFO|not a (regular )?file' "$f"
		ln -sf "$PWD/elsewhere" "$f"
		LIMIT=5 found 'symlink|not a (regular )?file|symbolic' "$f"
	done
	echo x >store/blobs/sha256/x
	found 'x: nothing of lili' store/blobs/sha256/x
	echo '{' >store/memo/"$(printf x | sha256sum | cut -c1-64)"
	found memo store/memo/"$(printf x | sha256sum | cut -c1-64)"
	echo '{}' >store/oci-layout
	found oci-layout store/oci-layout
	echo '{"manifests": [{}]}' >store/index.json
	found index.json store/index.json
}

@test "verify of named images looks at those only" {
	twins
	flip "$(payload)"
	flip "store/blobs/sha256/$(jq -r '.manifests[1].digest[7:]' store/index.json)"
	expect 0 "$lili" verify demo
	expect 5 "$lili" verify demo:other
	has_line 'test/demo:other: .*other contents.*'
	expect 5 "$lili" verify
	has_line 'payloads/.*'
	expect 2 "$lili" verify nope
}

@test "verify --rebuild builds the same again without the network, and leaves the store as it was" {
	export ASAN_OPTIONS=detect_leaks=0 # which does not work under strace
	expect 0 "$lili" build
	want=$(digest "$output")
	rm images/app.tgz
	find store -type f | sort >before
	expect 0 strace -f -qq -o trace -e trace=connect "$lili" verify --rebuild
	assert_equal "$(cat trace)" ""
	has_line "test/demo:latest $want: built again, it is the same"
	find store -type f | sort | diff before -
	assert_equal "$(ls store/tmp)" ""
	expect 0 "$lili" verify --rebuild --json demo
	assert_equal "$(q '.ok, .images[0].rebuilt' | paste -sd' ')" "true $want"
	rm images/lock.json
	expect 2 "$lili" verify --rebuild
}

@test "verify --rebuild says which layer and which entry differ" {
	expect 0 "$lili" build
	echo other >images/demo/rootfs/etc/motd
	expect 5 "$lili" verify --rebuild
	has_line '  layer 1 \(files rootfs -> /\): /etc/motd differs - .*changed.*'
	echo one >images/demo/rootfs/etc/a
	expect 5 "$lili" verify --rebuild --json
	assert_equal "$(q '.images[0].differences[0] | [.layer, .what] | @csv')" '1,"/etc/a is new, and 1 more"'
	scene .
	rm images/demo/rootfs/etc/a
	sed -i 's/"APP": /"APPS": /' images/demo/image.json
	expect 5 "$lili" verify --rebuild
	has_line '  config.Env.APPS - .*'
}

@test "verify --rebuild tells times and packing from contents" {
	expect 0 "$lili" build
	tar -C tree --sort=name --mtime=@1000000007 --mode=u=rwX,go=rX -czf images/app.tgz app-1
	sed -i "s|\"sha256\": \"[0-9a-f]*\"|\"sha256\": \"$(sha256sum images/app.tgz | cut -c1-64)\"|" images/payloads.json
	cp images/app.tgz "$(payload)"
	expect 0 "$lili" lock --update app-1
	expect 5 "$lili" verify --rebuild
	has_line '  layer 0 .*has time 1000000007, had 1000000000 - .*'
	scene .
	rm images/lock.json
	expect 0 "$lili" build
	repack
	sed -i 's/"profile": ".*"/"profile": "gz-other"/' images/lock.json
	expect 0 "$lili" verify demo
	expect 5 "$lili" verify --rebuild
	has_line "  layer 1 .*the same tar is another blob - the lock's profile is gz-other, this lili packs .*"
}

@test "cache lists what there is, how large, and who needs it" {
	old
	expect 0 "$lili" cache
	has_line 'payloads +[0-9.]+ kB  1 objects'
	has_line " *[0-9.]+ k?B  ${old#store/} +nobody"
	expect 0 "$lili" cache ls --json
	by() { q ".objects[] | select(.path == \"${1#store/}\") | .by"; }
	assert_equal "$(by "$(layer 0)")" "test/demo:latest"
	assert_equal "$(by "$(config)")" test/demo:latest
	assert_equal "$(by "$(payload)")" "payload app-1"
	assert_equal "$(by "$old")" null
	assert_equal "$(q '.areas.payloads.size')" "$(stat -c %s images/app.tgz)"
	assert_equal "$(q '.objects | length')" "$(find store/blobs store/payloads store/paths store/memo -type f | wc -l)"
	expect 2 "$lili" cache rm
	expect 2 "$lili" cache gc ls
}

@test "cache gc removes what nobody needs, and only that; --dry-run only says so" {
	old
	known >before
	expect 0 "$lili" cache gc --dry-run
	has_line 'would remove [0-9.]+ k?B, keep .*'
	known | diff before -
	expect 0 "$lili" cache gc --json
	assert_equal "$(q '.removed[].path | select(startswith("memo") | not)' | sort)" \
		"$(printf '%s\n' "$old" "$old_paths" "$old_config" "$old_manifest" | sed 's|^store/||' | sort)"
	assert_not_exists "$old"
	assert_exists "$(payload)"
	expect 0 "$lili" verify
	expect 0 "$lili" build --offline
	assert_equal "$(digest "$output")" "$newest"
	assert_regex "$output" '3 reused'
	expect 0 "$lili" cache gc
	has_line 'removed 0 B, kept .*'
}

@test "cache gc --all keeps the images and the next build's layers, not the payloads" {
	old
	echo part >store/payloads/.part-1
	mkdir -p store/apt/bookworm-amd64 && echo list >store/apt/bookworm-amd64/list
	expect 0 "$lili" cache gc
	assert_exists store/payloads/.part-1
	expect 0 "$lili" cache gc --all
	has_line ' *5 B  apt'
	assert_equal "$(find store/payloads store/apt -type f 2>/dev/null)" ""
	expect 0 "$lili" verify
	rm images/app.tgz
	expect 0 "$lili" build --offline
	assert_regex "$output" '3 reused'
}

@test "cache gc keeps what the next build would use though no image has it" {
	expect 0 "$lili" build
	mv store/index.json index
	rm "$(sed 's/^/store\/blobs\/sha256\//' <<<"$(jq -r '.manifests[0].digest[7:]' index)")"
	expect 0 "$lili" cache gc
	expect 0 "$lili" build
	assert_regex "$output" '3 reused'
	sed -i 's/"sha256": "../"sha256": "zz/' images/payloads.json
	expect 2 "$lili" cache gc
	expect 2 "$lili" cache gc -C /nonexistent
	expect 0 "$lili" cache ls -C /nonexistent
}

@test "cache gc waits for a build and removes nothing it holds" {
	export ASAN_OPTIONS=detect_leaks=0 # which does not work under strace
	old
	echo slow >images/demo/rootfs/etc/motd
	strace -qq -f -o /dev/null -e trace=fsync -e inject=fsync:delay_enter=300000 "$lili" build >built 2>&1 &
	build=$!
	timeout 10 sh -c 'until ls store/tmp/.tmp-* >/dev/null 2>&1; do sleep 0.02; done'
	expect 0 "$lili" cache gc
	assert_regex "$stderr" 'another lili is at work in it; waiting'
	wait $build || fail "$(cat built)"
	expect 0 "$lili" verify
	expect 0 "$lili" build
	assert_regex "$output" '3 reused'
}

@test "cache gc refuses to guess what a damaged image needs" {
	expect 0 "$lili" build
	flip "$(config)"
	known >before
	expect 5 "$lili" cache gc
	assert_regex "$stderr" 'hint: .*(verify|build again)'
	known | diff before -
}

@test "cache verify hashes every object" {
	expect 0 "$lili" build
	expect 0 "$lili" cache verify
	flip "$(payload)"
	expect 5 "$lili" cache verify
	has_line 'payloads/[0-9a-f]+: it has other contents: .* - remove payloads/[0-9a-f]+; lili build fetches it again'
	expect 5 "$lili" cache verify --json
	assert_equal "$(q '.damages | length')" 1
}
