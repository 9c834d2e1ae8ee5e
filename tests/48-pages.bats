#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Help, manual pages and completions: one table, told in different ways.
load helpers
lili=$BIN/lili

commands() { "$lili" --help | awk '/^commands:/ { on = 1; next } /^$/ { on = 0 } on { print $1 }'; }
# options COMMAND: the long options of its help.
options() { "$lili" "$1" --help | grep -o -- '  --[a-z-]*\|, --[a-z-]*' | grep -o -- '--.*' | sort -u; }

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	mkdir -p images/one images/two elsewhere/images/three folder
	touch images/one/image.json images/two/image.json elsewhere/images/three/image.json file
	mkdir bin
	ln -s "$lili" bin/lili
	PATH=$PWD/bin:$PATH
}

@test "every command has a page, which groff reads without a warning and which names its options" {
	local name option
	expect 0 "$lili" man -o pages
	for name in "" $(commands); do
		expect 0 "$lili" man ${name:+"$name"}
		cmp "pages/lili${name:+-$name}.1" <(printf '%s\n' "$output")
		expect 0 groff -man -Tascii -P-cbou -ww <(printf '%s\n' "$output")
		assert_equal "$stderr" ""
		[ -n "$name" ] || continue
		for option in $(options "$name"); do
			assert_regex "$output" "$option"
		done
		assert_regex "$("$lili" man)" "Blili $name"
	done
	assert_equal "$(find pages -type f | wc -l)" "$(($(commands | wc -l) + 1))"
	expect 2 "$lili" man biuld
	assert_regex "$stderr" "hint: did you mean 'build'"
}

# bash_says WORD...: what bash offers for the last word.
bash_says() {
	# shellcheck disable=SC2016 # for the other bash
	bash -c 'eval "$(lili completion bash)"; COMP_WORDS=(lili "$@"); COMP_CWORD=$#; _lili; printf "%s\n" "${COMPREPLY[@]}"' - "$@" | sort
}
# fish_says LINE: the same for fish.
# shellcheck disable=SC2016 # for fish
fish_says() { HOME=$PWD fish --no-config -c 'lili completion fish | source; complete -C "$argv"' "$1" | cut -f 1 | sort; }
# zsh_says WORD...: what its _describe or _arguments is given for these words.
zsh_says() {
	# shellcheck disable=SC2016 # for zsh
	zsh -f -c 'compdef() {}; _describe() { print -rl -- ${(P)2} }; _arguments() { print -rl -- "$@" }
		eval "$(lili completion zsh)"; words=(lili "$@"); CURRENT=${#words}; _lili' - "$@"
}

@test "bash offers commands, a command's options, images of -C, folders, files, and a command's words" {
	bash_says "" >said
	assert_equal "$(cat said)" "$(commands | sort)"
	assert_equal "$(bash_says build "")" $'one\ntwo'
	assert_equal "$(bash_says -q build --jobs 2 t)" two
	assert_equal "$(bash_says -C elsewhere plan "")" three
	assert_equal "$(bash_says -C "")" $'bin\nelsewhere\nfolder\nimages'
	assert_equal "$(bash_says export -o fil)" file
	assert_equal "$(bash_says cache "")" $'gc\nls\nverify'
	assert_equal "$(bash_says lock --set "")" ""
	assert_equal "$(bash_says list "")" ""
	for name in $(commands); do
		assert_equal "$(bash_says "$name" --)" "$(options "$name")"
	done
	bash -n <("$lili" completion bash)
	"$lili" completion bash | shellcheck -s bash -
}

@test "fish offers the same" {
	assert_equal "$(fish_says "lili ")" "$(commands | sort)"
	assert_equal "$(fish_says "lili build ")" $'one\ntwo'
	assert_equal "$(fish_says "lili cache ")" $'gc\nls\nverify'
	for name in build export cache; do
		assert_equal "$(fish_says "lili $name --" | sed 's/=$//' | sort -u)" "$(options "$name")"
	done
}

@test "zsh offers the same" {
	assert_equal "$(zsh_says "" | cut -d: -f 1)" "$(commands)"
	for name in $(commands); do
		assert_equal "$(zsh_says "$name" "" | grep -o '^[*]*--[a-z-]*' | tr -d '*' | sort -u)" "$(options "$name")"
	done
	assert_regex "$(zsh_says cache "")" '1:what:\(ls gc verify\)$'
	# shellcheck disable=SC2016 # for zsh
	assert_equal "$(zsh_says diff "" | tail -n 1)" '*:image:($(_lili_images .))'
	# shellcheck disable=SC2016 # for zsh
	assert_equal "$(zsh -f -c 'compdef() {}; eval "$(lili completion zsh)"; _lili_images elsewhere')" three
}

@test "an unknown shell is a mistake" {
	expect 2 "$lili" completion bsah
	assert_regex "$stderr" "hint: did you mean 'bash'"
	expect 2 "$lili" completion
}
