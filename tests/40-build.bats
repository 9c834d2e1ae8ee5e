#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# lili build, lock, list and inspect on small definitions with local payloads: no network, no packages.
load helpers
load scene
lili=$BIN/lili


payload() { sed -i "s|$1|$2|" images/payloads.json; }
# no_debris: nothing of an earlier build is left over once this one is through.
no_debris() { assert_equal "$(find store/tmp -type f)" ""; }
# refused WORDS WHAT SED: a definition changed by SED in WHAT is exit 2 and says WORDS.
refused() {
	cp "$2" before
	sed -i "$3" "$2"
	expect 2 "$lili" build
	assert_regex "$stderr" "$1"
	assert_equal "$output" ""
	mv before "$2"
}

@test "prints one line an image: reference, digest, size, layers; the store is a layout that others read" {
	expect 0 "$lili" build
	assert_regex "$output" '^test/demo:latest  sha256:[0-9a-f]{64}  [0-9.]+ kB  3 layers \(0 reused\)$'
	assert_equal "$(digest "$output")" "$(skopeo inspect --format '{{.Digest}}' oci:store:test/demo:latest)"
	umoci unpack --rootless --image store:test/demo:latest unpacked 2>/dev/null
	assert_equal "$(cat unpacked/rootfs/etc/motd)" hello
	assert_equal "$(readlink unpacked/rootfs/usr/local/bin/other)" demo
	cmp unpacked/rootfs/opt/app/lib/numbers tree/app-1/lib/numbers
	no_debris
}

@test "says what is wrong with a definition, and where, and exits 2" {
	refused 'images/demo/image.json:2:1: an image has no key .nam' images/demo/image.json 's/"name"/"nam"/'
	refused 'images/demo/image.json:5:1: says not what it is' images/demo/image.json 's/"files"/"folder"/'
	refused 'images/demo/image.json:6:' images/demo/image.json 's/{"program".*/,/'
	refused 'no payload .app-2. in images/payloads.json' images/demo/image.json 's/"app-[^"]*"/"app-2"/'
	refused 'payloads.json:2:[0-9]*: .* is not 64 hex digits' images/payloads.json 's/"sha256": "../"sha256": "/'
	refused 'there is no program .*/nope' images/demo/image.json 's/"program": "demo"/"program": "nope"/'
	refused 'cannot be built upon' images/demo/image.json 's/{"files": "rootfs"}/{"base": "debian"}/'
}

@test "refuses a payload with another hash, exit 5, and builds once it is mended" {
	echo more >>images/app.tgz
	expect 5 "$lili" build
	assert_regex "$stderr" app-1
	assert_equal "$output" ""
	assert_equal "$(find store/payloads store/tmp -type f)" ""
	assert_not_exists store/index.json
	scene .
	expect 0 "$lili" build
}

@test "names a payload that is not there" {
	rm images/app.tgz
	expect 1 "$lili" build
	assert_regex "$stderr" 'app-1.*app.tgz'
	assert_not_exists store/index.json
}

@test "an image that fails does not stop the others" {
	mkdir images/bad
	echo '{"name": "test/bad", "layers": [{"payload": "bad"}]}' >images/bad/image.json
	payload '^{' '{"bad": {"address": "file:missing", "sha256": "'"$(printf x | sha256sum | cut -c1-64)"'"},'
	expect 1 "$lili" build
	assert_regex "$output" '^test/demo:latest '
	assert_regex "$stderr" 'lili: test/bad: payload bad: .*missing'
}

@test "puts a payload that is no archive where it is told, with the mode it is told" {
	printf 'a jar' >images/app.jar
	payload '^{' '{"jar": {"address": "file:app.jar", "sha256": "'"$(sha256sum images/app.jar | cut -c1-64)"'", "file": "app.jar"},'
	sed -i 's|{"files": "rootfs"}|{"payload": "jar", "into": "opt/jars"}, {"payload": "jar", "into": "opt", "file": "run", "mode": "0755"}|' \
		images/demo/image.json
	expect 0 "$lili" build
	umoci unpack --rootless --image store:test/demo:latest unpacked 2>/dev/null
	assert_equal "$(stat -c %a unpacked/rootfs/opt/jars/app.jar unpacked/rootfs/opt/run)" $'644\n755'
	cmp images/app.jar unpacked/rootfs/opt/run
	refused 'has nothing to strip or map' images/payloads.json 's/"file": "app.jar"/&, "strip": 1/'
}

@test "a variable chooses the payload; one that nothing asks for is a mistake" {
	cp images/app.tgz images/app2.tgz
	payload '^{' '{"app-2": {"address": "file:app2.tgz", "sha256": "'"$(sha256sum images/app2.tgz | cut -c1-64)"'", "strip": 1},'
	expect 0 "$lili" build --set APP=2
	assert_regex "$("$lili" inspect demo)" 'payload app-2: file:app2.tgz'
	expect 2 "$lili" build --set APPP=2
	assert_regex "$stderr" '--set APPP'
	expect 2 "$lili" build --set APP=3
	assert_regex "$stderr" "no payload 'app-3'"
}

@test "writes what it found out into the lock, and uses nothing else from then on" {
	expect 2 "$lili" build --locked
	assert_regex "$stderr" 'lock.json says nothing of payload app-1'
	assert_not_exists images/lock.json
	expect 0 "$lili" build
	assert_regex "$stderr" 'lock: payload app-1: new, sha256:'
	cp images/lock.json first
	expect 0 "$lili" build --locked
	cmp images/lock.json first
	assert_equal "$(jq -r '."linux/amd64".payloads."app-1".sha256' first)" "$(sha256sum images/app.tgz | cut -c1-64)"
	tar -C tree -cf images/app.tgz app-1
	payload '"sha256": "[0-9a-f]*"' "\"sha256\": \"$(sha256sum images/app.tgz | cut -c1-64)\""
	expect 2 "$lili" build
	assert_regex "$stderr" 'hint: .*lili lock --update app-1'
	expect 0 "$lili" lock --update app-1
	expect 0 "$lili" build --locked
	expect 2 "$lili" lock --update nothing
}

@test "a sha512 that changes in the definition is noticed, though the payload is there" {
	sum=$(sha512sum images/app.tgz | cut -c1-128)
	payload '"sha256": "[0-9a-f]*"' "\"sha512\": \"$sum\""
	expect 0 "$lili" build
	expect 0 "$lili" build --locked
	assert_equal "$(jq -r '."linux/amd64".payloads."app-1".sha512' images/lock.json)" "$sum"
	payload "$sum" "${sum//[0-4]/5}"
	expect 2 "$lili" build
	assert_regex "$stderr" 'sha512 is .*, but images/lock.json is about .*'
	assert_regex "$stderr" 'hint: .*lili lock --update app-1'
	expect 5 "$lili" lock --update app-1
}

@test "lock believes a payload without a digest the first time, build does not" {
	payload '"sha256": "[0-9a-f]*", ' ''
	expect 2 "$lili" build
	expect 0 "$lili" lock
	assert_exists images/lock.json
	assert_not_exists store/index.json
	expect 0 "$lili" build --locked
	echo other >>images/app.tgz
	rm -rf store
	expect 5 "$lili" build --locked
}

@test "warns about a lock of another profile, and --locked refuses it" {
	expect 0 "$lili" lock
	sed -i 's/"profile": ".*"/"profile": "gz-other"/' images/lock.json
	expect 0 "$lili" build
	assert_regex "$stderr" 'profile gz-other'
	expect 2 "$lili" build --locked
	assert_regex "$stderr" 'profile gz-other'
}

@test "--offline refuses an address on the network, and takes the file from a mirror on disk" {
	mkdir -p mirror/sha256
	mv images/app.tgz mirror/sha256/"$(sha256sum images/app.tgz | cut -c1-64)"
	payload 'file:app.tgz' 'https://127.0.0.1:1/app.tgz'
	expect 3 "$lili" build --offline
	assert_regex "$stderr" app-1
	expect 2 "$lili" build --offline --mirror miror
	assert_regex "$stderr" 'mirror miror: there is no such folder'
	expect 0 "$lili" build --offline --mirror mirror
}

@test "gives one digest whatever umask, threads, folder and store" {
	local want
	expect 0 "$lili" build -j1
	want=$(digest "$output")
	mkdir elsewhere
	(umask 077 && scene elsewhere)
	touch -d 2001-01-01 elsewhere/images/demo/rootfs/etc/motd
	for run in "-j1 --store a" "-j2 --store b" "-j5 --store c"; do
		# shellcheck disable=SC2086 # words
		(umask 077 && "$lili" -C elsewhere build $run) >line
		assert_equal "$(digest "$(cat line)")" "$want"
	done
}

@test "a second build opens no payload, no blob of a layer and no socket, and loads no client" {
	expect 0 "$lili" build
	first=$output
	export ASAN_OPTIONS=detect_leaks=0 # which does not work under strace
	expect 0 strace -f -o trace -e trace=openat,open,socket,connect,clone,clone3,fork,vfork,execve "$lili" build
	assert_equal "$(digest "$output")" "$(digest "$first")"
	assert_regex "$output" '3 layers \(3 reused\)'
	run grep -E 'app.tgz|/payloads/[0-9a-f]|socket|curl|clone|fork' trace
	assert_output ""
	[ "$(grep -c execve trace)" -eq 1 ]
}

@test "refuses a layer that contradicts those below, and names the path, unless the definition says it may" {
	mkdir -p tree/root/elsewhere
	ln -s elsewhere tree/root/etc
	tar -C tree -czf images/root.tgz root
	payload '^{' '{"root": {"address": "file:root.tgz", "sha256": "'"$(sha256sum images/root.tgz | cut -c1-64)"'", "strip": 1},'
	sed -i 's|{"files": "rootfs"}|{"payload": "root"}, &|' images/demo/image.json
	expect 5 "$lili" build
	assert_regex "$stderr" 'lili: test/demo: images/demo/image.json:5:[0-9]*: .*"etc"'
	assert_not_exists store/index.json
	sed -i 's|"files": "rootfs"|&, "overrides": ["/etc"]|' images/demo/image.json
	expect 0 "$lili" build
	assert_regex "$output" '4 layers \(4 reused\)'
}

@test "makes again only the layer whose file changed, and none when only its times did" {
	expect 0 "$lili" build
	first=$output
	touch images/demo/rootfs/etc/motd
	expect 0 "$lili" build
	assert_equal "$(digest "$output")" "$(digest "$first")"
	assert_regex "$output" '3 reused'
	echo changed >images/demo/rootfs/etc/motd
	expect 0 "$lili" build
	assert_regex "$output" '2 reused'
	[ "$(digest "$output")" != "$(digest "$first")" ]
	printf other >>programs/demo
	expect 0 "$lili" build
	assert_regex "$output" '2 reused'
}

@test "a program is a static one for the image's machine, or none" {
	printf '#!/bin/sh\n' >programs/demo
	expect 2 "$lili" build
	assert_regex "$stderr" 'program demo: .*programs/demo: it is no ELF file'
	assert_regex "$stderr" "hint: a program is a static executable; any other file goes into 'files'"
	cp /usr/bin/true programs/demo
	expect 2 "$lili" build
	assert_regex "$stderr" 'it is linked dynamically'
	mkdir -p out/linux-arm64
	cp "$BIN/spark" out/linux-arm64/demo
	expect 2 env -u LILI_PROGRAMS "$lili" build --platform linux/arm64
	assert_regex "$stderr" 'out/linux-arm64/demo: it is for amd64, the image for arm64'
}

@test "a blob or an index of paths that is gone or cut short is made again" {
	expect 0 "$lili" build
	first=$output
	find store/blobs -size +100k -exec truncate -s -1 {} +
	expect 0 "$lili" build
	assert_regex "$output" '2 reused'
	find store/blobs -size +100k -delete
	expect 0 "$lili" build
	assert_regex "$output" '2 reused'
	rm store/paths/*
	expect 0 "$lili" build
	assert_regex "$output" '0 reused'
	assert_equal "$(digest "$output")" "$(digest "$first")"
}

@test "killed at ten points, the next build succeeds and nothing is left over" {
	local want call n
	expect 0 "$lili" build
	want=$(digest "$output")
	for call in fsync renameat; do
		for n in 1 2 4 7 11; do
			rm -rf store images/lock.json
			strace -qq -f -o /dev/null -e trace=$call -e inject=$call:signal=KILL:when=$n "$lili" build >killed.log 2>&1 &&
				fail "$call $n: it was not killed"
			expect 0 "$lili" build
			assert_equal "$(digest "$output")" "$want"
			no_debris
			umoci stat --image store:test/demo:latest >/dev/null
		done
	done
	assert_equal "$(find images -name '.tmp*')" ""
}

@test "a full disk is exit 1 and says so; with room again it builds" {
	get_apart
	mkdir -p small
	head -c 6M /dev/urandom >tree/app-1/random
	scene .
	cat >inside <<-'SH'
		mount -t tmpfs -o size=4m none small || exit 99
		"$1" build --store small/store >out.log 2>err.log; echo $? >status
		mount -o remount,size=64m small
		"$1" build --store small/store >>out.log || echo "second: $?" >status
		find small/store/tmp -type f >left
		umount small
	SH
	"${apart[@]}" -m sh inside "$lili"
	cat err.log
	assert_equal "$(cat status)" 1
	assert_regex "$(cat err.log)" 'No space left on device'
	assert_regex "$(cat out.log)" '^test/demo:latest '
	assert_equal "$(cat left)" ""
}

@test "two builds at once on one store both succeed with one digest" {
	for _ in 1 2 3; do
		rm -rf store images/lock.json
		"$lili" build >one 2>&1 &
		"$lili" build >two 2>&1 || fail "$(cat two)"
		wait $! || fail "$(cat one)"
		assert_equal "$(digest "$(grep ^test/ one)")" "$(digest "$(grep ^test/ two)")"
		no_debris
	done
}

@test "a signal ends it with 128 and the signal's number, and the next build sweeps" {
	local sig
	export ASAN_OPTIONS=detect_leaks=0 # which does not work under strace
	for sig in INT TERM; do
		status=0
		rm -rf store
		strace -qq -f -o /dev/null -e trace=fsync -e inject=fsync:signal=$sig:when=3 "$lili" build 2>stderr.log || status=$?
		[ "$status" -eq $((128 + $(kill -l $sig))) ] || fail "$sig: $status"
		assert_regex "$(cat stderr.log)" interrupted
	done
	expect 0 "$lili" build
	no_debris
}

@test "list and inspect show what there is" {
	expect 0 "$lili" list
	assert_equal "$output" ""
	expect 0 "$lili" build
	want=$(digest "$output")
	expect 0 "$lili" list
	assert_regex "$output" "^test/demo:latest +$want +[0-9.]+ kB +3 layers$"
	expect 0 "$lili" list --json
	assert_equal "$(jq -r '.images[] | [.name, .digest, .platform, .layers] | @csv' <<<"$output")" \
		'"test/demo:latest","'"$want"'","linux/amd64",3'
	for name in demo test/demo test/demo:latest; do
		expect 0 "$lili" inspect "$name"
		assert_regex "$output" "digest +$want"
		assert_regex "$output" 'files rootfs -> /'
	done
	expect 0 "$lili" inspect --json demo
	assert_equal "$(jq -r .digest <<<"$output")" "$want"
	assert_equal "$(jq -r '.config.config.Entrypoint[0]' <<<"$output")" demo
	expect 2 "$lili" inspect nope
	assert_regex "$stderr" "no image 'nope'"
}

@test "help names every command, every option, and the exit codes; wrong usage is exit 2" {
	expect 0 "$lili" --help
	assert_regex "$output" 'exit codes'
	for command in build lock list inspect; do
		assert_regex "$output" "  $command "
		expect 0 "$lili" $command --help
		assert_regex "$output" "usage: lili $command"
		assert_regex "$output" '--offline'
		expect 0 "$lili" --help
	done
	expect 2 "$lili"
	expect 2 "$lili" nope
	assert_regex "$stderr" "no command 'nope'"
	expect 2 "$lili" build --nope
	assert_regex "$stderr" 'hint: see lili build --help'
	expect 2 "$lili" build -j0
	expect 2 "$lili" build --platform plan9/mips
	expect 2 "$lili" build -C /nonexistent
	assert_regex "$stderr" 'hint: -C DIR'
}

@test "an option whose value is empty is wrong usage, and nothing is made" {
	local option
	for option in -C --store --mirror --platform --set; do
		expect 2 "$lili" build "$option" ""
		assert_regex "$stderr" '^lili: --[a-z]+ needs a '
	done
	expect 2 "$lili" build --store=
	assert_not_exists store
}

@test "a mistyped command is taken for the nearest one; help shows it" {
	expect 2 "$lili" bild
	assert_regex "$stderr" "did you mean 'build'"
	expect 0 "$lili" help export
	assert_regex "$output" '^usage: lili export '
	expect 0 "$lili" help
	assert_regex "$output" '^usage: lili '
	expect 2 "$lili" help bild
	assert_regex "$stderr" "did you mean 'build'"
}

@test "a reader that has enough is no error" {
	expect 141 bash -c '{ sleep 0.3; "$1" man load; } | true; exit "${PIPESTATUS[0]}"' bash "$lili"
	assert_equal "$stderr" ""
}

@test "help and version are found behind other options; options alone are no command" {
	expect 0 "$lili" --store x --help
	assert_regex "$output" 'exit codes'
	expect 0 "$lili" -q --version
	assert_regex "$output" '^lili [0-9]'
	expect 2 "$lili" --store x
	assert_regex "$stderr" 'which command\?'
	assert_not_exists x
}

@test "with its standard files closed it writes into none of its own" {
	run -1 bash -c '"$1" build -q <&- >&- 2>&-' - "$lili"
	expect 0 "$lili" verify
	expect 0 "$lili" build
	assert_regex "$output" '3 reused'
	run -0 bash -c '"$1" cache gc -q <&- 2>&-' - "$lili"
	expect 0 "$lili" verify
}
