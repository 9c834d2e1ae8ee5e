#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# What the README says is what the programs do.
load helpers
top=$BATS_TEST_DIRNAME/..
readme=$top/README.md
lili=$BIN/lili

# block N: the lines of its N-th fenced block. cells PATTERN: the first cells of table rows that match.
block() { awk -v n="$1" '/^```/ { inside = !inside; at += inside; next } inside && at == n' "$readme"; }
cells() { sed -n 's/^| \([^|]*[^ |]\) *|.*/\1/p' "$readme" | grep -E "$1" | sort; }

@test "its first block is two commands that do all there is to do" {
	assert_equal "$(block 1 | wc -l)" 2
	assert_regex "$(block 1 | sed -n 1p)" ' && make images$'
	assert_equal "$(block 1 | sed -n 2p)" "make check"
}

@test "its commands and exit codes are those of lili --help" {
	expect 0 "$lili" --help
	assert_equal "$(cells '^`lili' | sed 's/`lili \([a-z]*\).*/\1/')" \
		"$(awk '/^commands:/ { on = 1; next } /^$/ { on = 0 } on { print $1 }' <<<"$output" | sort)"
	assert_equal "$(cells '^(128|[0-9]$)' | tr -d ' ')" \
		"$(awk '/^exit codes:/ { on = 1; next } on { print $1 }' <<<"$output" | sort)"
}

@test "its variables and their defaults are those of spark --vars" {
	expect 0 "$BIN/spark" --vars
	assert_equal "$(sed -n 's/^| `\(SPARK_[A-Z]*\)` |\([^|]*\)|.*/\1\2/p' "$readme" | tr -d '`' | sed 's/ *$//')" \
		"$(printf '%s\n' "$output" | cut -f 1,2 | tr '\t' ' ' | sed 's/ *$//')"
}

@test "its links lead to files" {
	local target
	while read -r target; do
		assert_exists "$top/$target"
	done < <(grep -hoE '\]\([^):]+\)' "$readme" | tr -d '()]')
}

@test "its example of a definition builds as it stands" {
	local n
	mkdir -p images/hello/rootfs/etc images/layers "mirror/example.org" hello-1.0/bin
	for n in 3 4 5 6 7; do
		block $n >block
		case $(head -n 1 block) in
		*/image.json) cp block images/hello/image.json ;;
		*/payloads.json) cp block images/payloads.json ;;
		esac
	done
	echo '{"layers": [{"files": "below"}]}' >images/layers/debian.json # in Debian's place: this is about the README
	mkdir -p images/layers/below/etc
	echo debian >images/layers/below/etc/hostname
	echo hello >images/hello/rootfs/etc/motd
	printf '#!/bin/sh\necho hello\n' >hello-1.0/bin/hello
	tar -czf mirror/example.org/hello-1.0.tar.gz hello-1.0
	expect 0 "$lili" lock --store store --mirror mirror --offline hello
	expect 0 "$lili" build --store store --mirror mirror --offline --locked hello
	assert_regex "$output" '^example/hello:latest'
	assert_regex "$(<images/lock.json)" "$(sha256sum mirror/example.org/hello-1.0.tar.gz | cut -c 1-64)"
	echo tampered >>hello-1.0/bin/hello
	tar -czf mirror/example.org/hello-1.0.tar.gz hello-1.0
	rm -r store
	expect 5 "$lili" build --store store --mirror mirror --offline hello
	assert_regex "$stderr" "want [0-9]+ bytes, got [0-9]+; asking the next"
}
