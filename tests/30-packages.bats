#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Package sets: resolved by the host's apt in a root of its own, fetched by digest, unpacked into a layer.
load helpers
load archive
lili=$BIN/lili

# The archive is made once; a test works in a copy, for some of them break it.
setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	mkdir -p files/tool/bin files/tool/usr/bin
	printf '#!/bin/sh\necho tool\n' >files/tool/bin/tool
	chmod 4755 files/tool/bin/tool
	echo mawk >files/tool/usr/bin/mawk
	COMPRESS=xz ARCH=amd64 make_package tool 1:2.0+b1 'Depends: lib (>= 1.1)' 'Recommends: nice'
	COMPRESS=zstd make_package lib 1.0
	COMPRESS=none make_package lib 1.1
	make_package lib 1.2
	make_package nice 1.0
	make_package needy 1.0 'Depends: missing (>= 3)'
	make_package top 1.0 'Depends: tool, nice'
	publish test tool_2.0+b1_amd64.deb lib_1.0_all.deb nice_1.0_all.deb needy_1.0_all.deb top_1.0_all.deb
	publish test-updates lib_1.1_all.deb
	publish test-security lib_1.2_all.deb
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	cp -a "$BATS_FILE_TMPDIR/archive" .
	make_host
	define tool
}

locked() { jq -r '."linux/amd64".packages[][] | .name + "=" + .version' images/lock.json | sort; }
# The names in the image's layers, a line each.
names() {
	skopeo inspect --raw oci:store:test/x:latest | jq -r '.layers[].digest' | while IFS=: read -r _ hex; do
		tar -tzf "store/blobs/sha256/$hex"
	done
}

@test "resolves a suite with its updates and security, and records no mirror" {
	expect 0 "$lili" build --store store
	assert_equal "$(locked)" $'lib=1.2\ntool=1:2.0+b1'
	run jq -c '."linux/amd64".packages[][] | [.path, .archive // "", .arch]' images/lock.json
	assert_line '["pool/lib_1.2_all.deb","security","all"]'
	assert_line '["pool/tool_2.0+b1_amd64.deb","","amd64"]'
	run cat images/lock.json
	refute_output --partial "$PWD"
}

@test "unpacks the packages as a merged system, runs no script and takes setuid away" {
	expect 0 "$lili" build --store store
	assert_regex "$stderr" 'package tool: "usr/bin/tool" is no longer setuid'
	run names
	assert_line usr/bin/tool
	assert_line usr/share/lib/version
	assert_line usr/bin/awk
	assert_line var/lib/dpkg/status.d/tool
	assert_line etc/passwd
	refute_line bin/tool
	refute_line --partial postinst.ran
	assert_not_exists postinst.ran
}

@test "takes nothing of the host but its mirror: no hook, pin, default release or foreign architecture" {
	find host -type f -exec sha256sum {} + | sort >before
	expect 0 "$lili" build --store store
	assert_not_exists hook.ran
	assert_equal "$(find host -type f -exec sha256sum {} + | sort)" "$(cat before)"
	assert_equal "$(locked)" $'lib=1.2\ntool=1:2.0+b1'
	# What apt reads there is not in this machine's /etc/apt either.
	run env APT_CONFIG="$PWD/store/apt/test-amd64/apt.conf" apt-config dump
	refute_output --partial Invoke
	assert_line "Dir::Etc \"$PWD/store/apt/test-amd64/etc/\";"
	assert_line 'Dir::Etc::parts "/dev/null";'
	# The host's proxy may have a password in it.
	assert_equal "$(stat -c %a store/apt/test-amd64)" 700
}

@test "an archive that is not the distribution's has no say, whatever it calls its suite" {
	make_package lib 9.9
	mv archive other
	cp -a "$BATS_FILE_TMPDIR/archive" .
	mv other archive.other
	(mkdir other && cd other && mv ../archive.other archive && ORIGIN=Elsewhere publish test lib_9.9_all.deb)
	printf 'deb [trusted=yes] file:%s/other/archive test main\n' "$PWD" >>host/apt/sources.list
	expect 0 "$lili" build --store store
	assert_equal "$(locked)" $'lib=1.2\ntool=1:2.0+b1'
}

@test "works as any user" {
	local as=()
	[ "$(id -u)" -ne 0 ] || as=(setpriv --reuid 12345 --regid 12345 --clear-groups)
	chmod 755 . "$BATS_FILE_TMPDIR" "$BATS_RUN_TMPDIR"
	mkdir mine
	cp -r images mine/
	[ "$(id -u)" -ne 0 ] || chown -R 12345:12345 mine
	expect 0 "${as[@]}" "$lili" build -C mine --store mine/store
	expect 0 "$lili" build --store store
	cmp mine/images/lock.json images/lock.json
	cmp mine/store/index.json store/index.json
}

@test "lower layers count as installed" {
	define lib nice / top
	expect 0 "$lili" build --store store
	run jq -c '[."linux/amd64".packages[] | map(.name)]' images/lock.json
	assert_output '[["lib","nice"],["tool","top"]]'
}

@test "a package of a lower layer still counts when the mirror has only a newer one" {
	define lib nice
	"$lili" lock --store store
	make_package lib 1.3
	publish test-security lib_1.3_all.deb
	define lib nice / top
	expect 0 "$lili" lock --store store
	run jq -c '[."linux/amd64".packages[] | map(.name)]' images/lock.json
	assert_output '[["lib","nice"],["tool","top"]]'
	assert_regex "$(locked)" lib=1.2
}

@test "a host without a source for the suite is told which line it lacks" {
	rm host/apt/sources.list.d/security.sources
	expect 2 "$lili" build --store store
	assert_regex "$stderr" "this host's apt has no source for test-security"
	assert_regex "$stderr" "hint: add .*sources.list.d"
	sed -i 's/"test"/"nosuch"/' images/x/image.json
	expect 2 "$lili" build --store store
	assert_regex "$stderr" "no source for nosuch"
}

@test "names what cannot be resolved" {
	define nosuchthing
	expect 2 "$lili" build --store store
	assert_regex "$stderr" "Unable to locate package nosuchthing"
	define 'l.b' # no regular expression either
	expect 2 "$lili" build --store store
	assert_regex "$stderr" "Unable to locate package l.b"
	define needy
	expect 2 "$lili" build --store store
	assert_regex "$stderr" "needy : Depends: missing"
	define 'to.*'
	expect 2 "$lili" build --store store
	assert_regex "$stderr" '"to\.\*" is not a package name'
}

@test "an archive that nobody signed or vouched for is refused" {
	sed -i 's/\[trusted=yes\] //' host/apt/sources.list
	expect 5 "$lili" build --store store
	assert_regex "$stderr" "not signed"
	assert_equal "$(locked)" ""
}

@test "a package that is not what the index says is refused" {
	"$lili" lock --store store
	printf x >>archive/pool/tool_2.0+b1_amd64.deb
	expect 5 "$lili" build --store store
	assert_regex "$stderr" "package tool"
	cp "$BATS_FILE_TMPDIR/archive/pool/tool_2.0+b1_amd64.deb" archive/pool/
	expect 0 "$lili" build --store store
}

@test "a version the mirror dropped is resolved again, but not with --locked" {
	"$lili" lock --store store
	rm archive/pool/lib_1.2_all.deb
	make_package lib 1.3
	publish test-security lib_1.3_all.deb
	expect 3 "$lili" build --store store --locked
	assert_regex "$stderr" "package lib 1.2"
	expect 0 "$lili" build --store store
	assert_equal "$(locked)" $'lib=1.3\ntool=1:2.0+b1'
}

@test "a folder of packages stands in for the host's mirrors, offline too" {
	"$lili" lock --store store
	mv archive mirror
	printf 'Acquire::http::Proxy "http://127.0.0.1:1";\n' >host/apt/apt.conf.d/70proxy
	expect 3 "$lili" build --store store --offline
	assert_regex "$stderr" "is not in the store"
	expect 0 "$lili" build --store store --offline --mirror mirror
	expect 0 "$lili" build --store store --offline
}

# over_http PATH: the host's mirrors are the test server's, under PATH.
over_http() {
	printf 'deb [trusted=yes] %s test main\n' "$http$1/archive" >host/apt/sources.list
	printf 'deb [trusted=yes] %s test-security main\n' "$http$1/security" >host/apt/sources.list.d/security.list
	rm -f host/apt/sources.list.d/security.sources
}

@test "fetches over HTTP, side by side, and only what the store lacks" {
	serve_start .
	over_http ""
	define top
	expect 0 "$lili" build --store store -j 4
	assert_equal "$(served '\.deb')" 4
	: >serve.log
	rm -rf store/payloads/* store/memo/* images/lock.json
	cp archive/pool/nice_1.0_all.deb "store/payloads/$(sha256sum archive/pool/nice_1.0_all.deb | cut -d' ' -f1)"
	expect 0 "$lili" build --store store -j 4
	assert_equal "$(served '\.deb')" 3
}

@test "tells a mirror that refuses from one that dropped a version, and uses the host's proxy" {
	serve_start .
	over_http ""
	"$lili" lock --store store
	over_http /403
	expect 4 "$lili" build --store store
	assert_regex "$stderr" "403"
	over_http /404
	expect 3 "$lili" build --store store --locked
	assert_regex "$stderr" "hint: the mirror dropped (lib 1.2, tool|tool 1:2.0.b1, lib) .*: lili lock --update test/x"
	over_http ""
	printf 'Acquire::http::Proxy "http://127.0.0.1:9";\nAcquire::Retries "0";\n' >host/apt/apt.conf.d/70proxy
	expect 3 "$lili" build --store store
	assert_regex "$stderr" "127\.0\.0\.1:9|connect"
	rm host/apt/apt.conf.d/70proxy
	expect 0 "$lili" build --store store
}

@test "a hostile package of a trusted archive is refused by its name" {
	python3 - <<-'PY'
		import io, os, subprocess, tarfile
		def tar(name, data, type=tarfile.REGTYPE):
		    out = io.BytesIO()
		    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as t:
		        x = tarfile.TarInfo(name)
		        x.size, x.type = len(data), type
		        t.addfile(x, io.BytesIO(data))
		    return out.getvalue().rstrip(b"\0") + bytes(1024 + -len(out.getvalue().rstrip(b"\0")) % 512)
		control = b"Package: evil\nVersion: 1\nArchitecture: all\n"
		members = [("debian-binary", b"2.0\n"), ("control.tar", tar("./control", control)), ("data.tar", tar("../../etc/passwd", b"x"))]
		with open("archive/pool/evil_1_all.deb", "wb") as f:
		    f.write(b"!<arch>\n")
		    for name, data in members:
		        f.write(b"%-16s%-12d%-6d%-6d%-8s%-10d`\n" % (name.encode(), 0, 0, 0, b"100644", len(data)) + data + b"\n" * (len(data) % 2))
	PY
	publish test-updates evil_1_all.deb
	define evil
	expect 5 "$lili" build --store store
	assert_regex "$stderr" 'package evil: entry "\.\./\.\./etc/passwd"'
	assert_not_exists store/index.json
}
