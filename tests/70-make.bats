#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
load helpers
top=$BATS_TEST_DIRNAME/..

# A make of its own, not a child of the one that runs the tests.
alone=(env -u MAKEFLAGS -u MAKELEVEL -u MFLAGS make --no-print-directory)

@test "make help lists every target that people use" {
	local target
	expect 0 "${alone[@]}" -C "$top" help
	for target in all images check soak bench lint fuzz deps bless install clean help; do
		assert_regex "$output" "(^|
)$target +[^ ]"
	done
}

@test "a header that changes rebuilds what includes it, and nothing else does" {
	cp -a "$top"/{Makefile,builder,entrypoints,tests} .
	cp -a "$BIN" "$(basename "$BIN")"
	expect 0 "${alone[@]}" -q all
	touch builder/base/err.h
	expect 0 "${alone[@]}" -n all
	assert_regex "$output" "-o out[a-z-]*/builder/main.o "
	refute_regex "$output" "-o out[a-z-]*/spark"
	touch -d '1 hour ago' builder/base/err.h
	touch entrypoints/lib/die.h
	expect 0 "${alone[@]}" -n all
	refute_regex "$output" "-o out[a-z-]*/builder/main.o "
	assert_regex "$output" "-o out[a-z-]*/spark"
}

@test "the environment's CFLAGS are for lili, not for the programs of an image" {
	expect 0 env CFLAGS=-O1 "${alone[@]}" -C "$top" -n -B all
	assert_regex "$output" "-O1 [^"$'\n'"]*/builder/main.o"
	refute_regex "$output" "-O1 [^"$'\n'"]*/spark"
}

@test "make install puts down what works without this tree, where Debian has such things" {
	expect 0 "${alone[@]}" -C "$top" install DESTDIR="$PWD/root" PREFIX=/usr O="$BIN"
	assert_exists root/usr/share/lili/images/spark/image.json
	assert_exists root/usr/share/bash-completion/completions/lili
	assert_exists root/usr/share/zsh/vendor-completions/_lili
	assert_exists root/usr/share/fish/vendor_completions.d/lili.fish
	assert_equal "$(find root/usr/share/man/man1 -name 'lili*.1.gz' | wc -l)" \
		"$(($("$BIN/lili" --help | awk '/^commands:/ { on = 1; next } /^$/ { on = 0 } on' | wc -l) + 1))"
	gzip -dc root/usr/share/man/man1/lili-build.1.gz | cmp - <("$BIN/lili" man build)
	mkdir -p images/small
	echo '{"name": "small", "layers": [{"program": "spark"}], "config": {"entrypoint": ["spark"]}}' >images/small/image.json
	expect 0 root/usr/bin/lili build --store store --offline small
	assert_regex "$output" '^small:latest +sha256:'
}

@test "a stranger's folder of definitions, with no program and no Makefile, builds with the installed lili" {
	expect 0 "${alone[@]}" -C "$top" install DESTDIR="$PWD/root" PREFIX=/usr
	mkdir -p theirs/images/web/site theirs/tool-1
	echo page >theirs/images/web/site/index.html
	echo tool >theirs/tool-1/tool
	tar -C theirs -czf theirs/images/tool.tgz tool-1
	printf '{"tool": {"address": "file:tool.tgz", "sha256": "%s", "strip": 1}}\n' \
		"$(sha256sum theirs/images/tool.tgz | cut -c1-64)" >theirs/images/payloads.json
	echo '{"name": "their/web", "layers": [{"payload": "tool", "into": "/opt"}, {"files": "site", "into": "/srv"}]}' \
		>theirs/images/web/image.json
	expect 0 env -u LILI_PROGRAMS root/usr/bin/lili -C theirs build --store store --offline
	assert_regex "$output" '^their/web:latest +sha256:'
	assert_exists theirs/images/lock.json
	assert_exists root/usr/share/lili/schema/image.json
	sed -i 's|"files"|"program": "spark"}, {&|; s|their/web"|&, "tags": ["1"]|' theirs/images/web/image.json
	expect 0 env -u LILI_PROGRAMS root/usr/bin/lili build -C theirs --store store --offline web:1
}

@test "a stranger's own static program goes into an image of the installed lili, from its out/" {
	expect 0 "${alone[@]}" -C "$top" install DESTDIR="$PWD/root" PREFIX=/usr O="$BIN"
	mkdir -p stranger/images/hello stranger/out
	echo '{"name": "hello", "layers": [{"program": "hello"}], "config": {"entrypoint": ["hello"]}}' >stranger/images/hello/image.json
	printf '#include <stdio.h>\nint main(void) { return puts("hello") < 0; }\n' | musl-gcc -static -x c -o stranger/out/hello -
	expect 0 env -i HOME="$PWD" PATH=/usr/bin:/bin root/usr/bin/lili -C stranger lock
	expect 0 env -i HOME="$PWD" PATH=/usr/bin:/bin root/usr/bin/lili -C stranger build --locked hello
	assert_regex "$output" "^hello:latest +sha256:"
	umoci unpack --rootless --image .cache/lili:hello:latest unpacked
	assert_equal "$(unpacked/rootfs/usr/local/bin/hello)" hello
}
