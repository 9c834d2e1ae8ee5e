# SPDX-License-Identifier: Apache-2.0
# scene: small definitions with local payloads, for tests of commands: no network, no packages.

# scene DIR: one image of a payload, files and a program in DIR/images.
scene() {
	mkdir -p "$1"/images/demo/rootfs/etc "$1"/tree/app-1/lib "$1"/programs
	echo hello >"$1"/images/demo/rootfs/etc/motd
	printf '#!/bin/sh\n' >"$1"/images/demo/rootfs/etc/run.sh
	chmod 755 "$1"/images/demo/rootfs/etc/run.sh
	seq 200000 >"$1"/tree/app-1/lib/numbers
	echo readme >"$1"/tree/app-1/README
	tar -C "$1"/tree --sort=name --mtime=@1000000000 --mode=u=rwX,go=rX -czf "$1"/images/app.tgz app-1
	cp "$BIN"/spark "$1"/programs/demo
	cat >"$1"/images/payloads.json <<-JSON
		{
			"app-1": {"address": "file:app.tgz", "sha256": "$(sha256sum "$1"/images/app.tgz | cut -c1-64)", "strip": 1}
		}
	JSON
	cat >"$1"/images/demo/image.json <<-'JSON'
		{
			"name": "test/demo", // a comment
			"layers": [
				{"payload": "app-${APP:-1}", "into": "/opt/app"},
				{"files": "rootfs"},
				{"program": "demo", "aliases": ["other"]}
			],
			"config": {"env": {"APP": "${APP:-1}"}, "entrypoint": ["demo"]}
		}
	JSON
}

# Every test starts in a scene; what is said is lili's, on the store ./store.
setup() {
	cd "$BATS_TEST_TMPDIR" || return
	export LILI_STORE=$PWD/store LILI_PROGRAMS=$PWD/programs
	scene .
}

# The first digest of a text.
digest() { grep -o 'sha256:[0-9a-f]*' <<<"$1" | head -1; }
