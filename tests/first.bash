# SPDX-License-Identifier: Apache-2.0
# first: docs/first-image.md as a script, and a stand-in for the Debian it speaks of.

# page: the commands of the page, in their order.
page() { awk '/^```/ { inside = !inside; on = inside && $0 == "```sh"; next } on' "${BASH_SOURCE[0]%/*}/../docs/first-image.md"; }
# says N: the N-th thing the page says a command prints.
says() {
	awk -v n="$1" '/^```/ { inside = !inside; at += inside && $0 == "```"; on = $0 == "```"; next } inside && on && at == n' \
		"${BASH_SOURCE[0]%/*}/../docs/first-image.md"
}

# A bookworm with one package, this machine's busybox.
first_setup() {
	mkdir -p files/busybox-static/bin bin
	cp /bin/busybox files/busybox-static/bin/
	ARCH=amd64 make_package busybox-static 1:1.35
	publish bookworm busybox-static_1.35_amd64.deb
	publish bookworm-updates
	publish bookworm-security
	make_host
	sed -i 's/ test main$/ bookworm main/; s/^Suites: test-/Suites: bookworm-/' host/apt/sources.list host/apt/sources.list.d/*
	ln -s "$BIN/lili" bin/lili
	export PATH=$PWD/bin:$PATH LILI_STORE=$PWD/store
}
