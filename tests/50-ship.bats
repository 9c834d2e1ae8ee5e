#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Images leave the store: as a layout, as an archive, judged by other tools. A real Docker Engine is in engine/load.bats.
load helpers

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	mkdir -p images/tiny/rootfs/etc images/other
	export LILI_STORE=$PWD/store
	pod=(podman --root "$PWD/pod/root" --runroot "$PWD/pod/run" --storage-driver vfs)
	echo hello >images/tiny/rootfs/etc/greeting
	cat >images/tiny/image.json <<-END
		{"name": "test/tiny", "tags": ["latest", "1"], "layers": [{"files": "rootfs"}],
		 "config": {"env": {"A": "b"}, "cmd": ["/bin/true"]}}
	END
	cp -R images/tiny/rootfs images/other/
	echo '{"name": "test/other", "layers": [{"files": "rootfs"}, {"files": "rootfs", "into": "/x"}]}' \
		>images/other/image.json
	expect 0 "$BIN/lili" build
	id=$("$BIN/lili" inspect --json test/tiny | jq -r .id)
	manifest=$("$BIN/lili" inspect --json test/tiny | jq -r .digest)
}
# damage DIGEST: changes one byte of a blob in the store.
damage() { printf X | dd of="store/blobs/sha256/${1#sha256:}" bs=1 seek=20 conv=notrunc status=none; }
layer() { "$BIN/lili" inspect --json "$1" | jq -r '.manifest.layers[0].digest'; }

@test "a layout holds what skopeo and umoci call the same image" {
	expect 0 "$BIN/lili" export tiny other -o layout
	assert_equal "$output" ""
	expect 0 skopeo inspect oci:layout:test/tiny:latest
	assert_equal "$(jq -r .Digest <<<"$output")" "$manifest"
	expect 0 umoci unpack --rootless --image layout:test/tiny:latest unpacked
	assert_equal "$(cat unpacked/rootfs/etc/greeting)" hello
	expect 0 umoci stat --image layout:test/other:latest
	assert_equal "$(find layout/blobs/sha256 -type f | wc -l)" 6
	(cd layout/blobs/sha256 && sha256sum -c <(for f in *; do echo "$f  $f"; done)) >&2
}

@test "a layout replaces a layout, whole, and nothing else" {
	expect 0 "$BIN/lili" export other -o layout
	expect 0 "$BIN/lili" export tiny -o layout/
	assert_equal "$(jq -c '[.manifests[].annotations[]]' layout/index.json)" '["test/tiny:latest"]'
	assert_equal "$(find layout/blobs/sha256 -type f | wc -l)" 3
	touch layout/mine
	expect 2 "$BIN/lili" export tiny -o layout
	assert_regex "$stderr" "layout holds other things than an OCI layout \('mine'\)"
	assert_file_exists layout/mine
	assert_equal "$(echo layout.*)" 'layout.*'
}

@test "a folder without a layout's mark is never replaced, whatever its files are called" {
	mkdir -p mine/blobs empty
	echo precious >mine/blobs/x
	expect 2 "$BIN/lili" export tiny -o mine
	assert_regex "$stderr" "mine holds other things than an OCI layout \('blobs'\)"
	assert_equal "$(cat mine/blobs/x)" precious
	expect 0 "$BIN/lili" export tiny -o empty
	expect 0 skopeo inspect oci:empty:test/tiny:latest
}

@test "a name that promises what would not come is refused before anything is written" {
	local name
	mkdir here
	for name in x.tar.gz x.tgz here/y.tar.zst . .. ./ here/. /; do
		expect 2 "$BIN/lili" export -o "$name"
		assert_regex "$stderr" "^lili: -o ${name//./\\.}: "
		assert_regex "$stderr" 'hint: (-o (x|here/y)\.tar, or -o - \| gzip|name a folder that does not exist yet)$'
	done
	assert_equal "$(find here)" here
	assert_not_exists x.tgz
}

@test "a pipe is written to, not replaced by a file" {
	mkfifo pipe.tar
	timeout 10 cat pipe.tar >copy.tar 3>&- &
	expect 0 "$BIN/lili" export tiny -o pipe.tar
	wait $!
	[ -p pipe.tar ]
	expect 0 skopeo inspect --raw oci-archive:copy.tar
}

@test "a whole reference means that image, though another's ends like it" {
	mkdir images/plain
	echo '{"name": "tiny", "layers": [{"files": "rootfs"}]}' >images/plain/image.json
	cp -R images/tiny/rootfs images/plain/
	expect 0 "$BIN/lili" build
	expect 0 "$BIN/lili" inspect tiny
	assert_regex "$output" "^tiny:latest"
	expect 0 "$BIN/lili" inspect tiny:1
	assert_regex "$output" "^test/tiny:1"
	sed -i 's|"tiny"|"more/tiny"|' images/plain/image.json
	rm -r store
	expect 0 "$BIN/lili" build
	expect 2 "$BIN/lili" inspect tiny
	assert_regex "$stderr" "'tiny' means both more/tiny:latest and test/tiny:latest"
}

@test "one archive is read by skopeo as either format and by podman" {
	expect 0 "$BIN/lili" export tiny -o image.tar
	expect 0 skopeo inspect --raw oci-archive:image.tar
	assert_equal "sha256:$(printf %s "$output" | sha256sum | cut -d' ' -f1)" "$manifest"
	expect 0 skopeo copy docker-archive:image.tar:test/tiny:latest oci:copied:x
	expect 0 skopeo inspect --config oci:copied:x
	assert_equal "$(jq -c .config.Env <<<"$output" | grep -c '"A=b"')" 1
	LIMIT=60 expect 0 "${pod[@]}" load -i image.tar
	LIMIT=60 expect 0 "${pod[@]}" image inspect test/tiny --format '{{.Id}}'
	assert_equal "sha256:$output" "$id"
}

@test "the archive's bytes are the same each time, to a file or a pipe, and readers list it alike" {
	expect 0 "$BIN/lili" export -o one.tar
	"$BIN/lili" export -q -o - | cat >two.tar
	expect 0 cmp one.tar two.tar
	expect 0 tar -tf one.tar
	listed=$output
	assert_equal "$(sort <<<"$listed")" "$listed"
	expect 0 bsdtar -tf one.tar
	assert_equal "$output" "$listed"
	expect 0 busybox tar -tf one.tar
	assert_equal "$output" "$listed"
	assert_equal "$(tar -xOf one.tar manifest.json | jq -c '[.[].RepoTags]')" \
		'[["test/other:latest"],["test/tiny:1","test/tiny:latest"]]'
	assert_equal "$(tar -xOf one.tar index.json | jq -r '.manifests[1].annotations[]')" \
		"docker.io/test/tiny:1"$'\n'1
}

@test "each damaged blob in turn is refused, exit 5, and nothing appears" {
	for blob in "$manifest" "$id" "$(layer test/tiny)"; do
		cp -r store good
		damage "$blob"
		for out in image.tar layout -; do
			expect 5 "$BIN/lili" export tiny -o "$out"
			assert_regex "$stderr" "blob $blob has other contents"
			assert_equal "$output" ""
		done
		rm -rf store
		mv good store
	done
	assert_equal "$(find . -maxdepth 1 -name 'image*.tar' -o -maxdepth 1 -name 'layout*' -o -name '.tmp-*')" ""
}

@test "a blob that is gone or cut short is refused, and what to do is said" {
	truncate -s -1 "store/blobs/sha256/${id#sha256:}"
	expect 5 "$BIN/lili" export tiny -o image.tar
	assert_regex "$stderr" "blob $id has [0-9]+ bytes instead of"
	assert_regex "$stderr" "hint: remove blobs/sha256/${id#sha256:} there and build again"
	rm "store/blobs/sha256/${id#sha256:}"
	expect 1 "$BIN/lili" export tiny -o image.tar
	assert_not_exists image.tar
}

@test "no engine: exit 3 says where it looked and what else there is" {
	DOCKER_HOST=unix://$PWD/none.sock expect 3 "$BIN/lili" load
	assert_regex "$stderr" "the container engine at $PWD/none.sock: nothing answers there"
	assert_regex "$stderr" "hint: start Docker or Podman.*lili export"
	DOCKER_HOST=tcp://127.0.0.1:1 expect 2 "$BIN/lili" load
	assert_regex "$stderr" "only unix:// is spoken"
}

@test "podman's socket takes images as Docker's does" {
	mkdir pod
	"${pod[@]}" system service -t 60 "unix://$PWD/pod/sock" >&2 3>&- &
	for _ in {1..100}; do [ ! -S pod/sock ] || break; sleep 0.1; done
	DOCKER_HOST=unix://$PWD/pod/sock LIMIT=60 expect 0 "$BIN/lili" load tiny
	kill $!
	assert_regex "$output" "^test/tiny:latest  image ID $id  [0-9]+ B$"
	LIMIT=60 expect 0 "${pod[@]}" image inspect test/tiny --format '{{.Id}}'
	assert_equal "sha256:$output" "$id"
}

# engine_says LINE: an engine that knows no image, takes any archive and then says LINE, with status 200.
engine_says() {
	python3 - "$1" 3>&- <<-'END' &
		import http.server, socketserver, sys

		class Engine(http.server.BaseHTTPRequestHandler):
		    protocol_version = "HTTP/1.0"
		    def address_string(self): return "unix"
		    def answer(self, status, text):
		        self.send_response(status)
		        self.end_headers()
		        self.wfile.write(text.encode())
		    def do_GET(self):
		        if self.path == "/version":
		            return self.answer(200, '{"ApiVersion": "1.48"}')
		        return self.answer(404, '{"message": "No such image"}')
		    def do_POST(self):
		        while size := int(self.rfile.readline(), 16):
		            self.rfile.read(size + 2)
		        self.rfile.readline()
		        self.answer(200, sys.argv[1])

		socketserver.UnixStreamServer("engine.sock", Engine).serve_forever()
	END
	engine=$!
	export DOCKER_HOST=unix://$PWD/engine.sock
	for _ in {1..100}; do [ ! -S engine.sock ] || break; sleep 0.05; done
}

@test "an engine that says it loaded, and has not, is found out: exit 5" {
	engine_says '{"stream":"Loaded image: test/tiny:latest"}'
	expect 5 "$BIN/lili" load tiny
	assert_regex "$stderr" "test/tiny:latest was loaded, but the engine has nothing under that name, not $id"
	assert_equal "$output" ""
	kill "$engine"
}

@test "what an engine on containerd says of a failed unpacking is the error: exit 3" {
	engine_says '{"stream":"Loaded image"}'$'\r\n''{"stream":"Error unpacking image x: no space left"}'
	expect 3 "$BIN/lili" load tiny
	assert_regex "$stderr" "load: Error unpacking image x: no space left"
	kill "$engine"
}
