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

@test "what make install puts down works without this tree" {
	expect 0 "${alone[@]}" -C "$top" install DESTDIR="$PWD/root" PREFIX=/usr
	assert_exists root/usr/share/lili/images/spark/image.json
	mkdir -p images/small
	echo '{"name": "small", "layers": [{"program": "spark"}], "config": {"entrypoint": ["spark"]}}' >images/small/image.json
	expect 0 root/usr/bin/lili build --store store --offline small
	assert_regex "$output" '^small:latest +sha256:'
}
