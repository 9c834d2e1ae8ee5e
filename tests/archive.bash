# SPDX-License-Identifier: Apache-2.0
# archive: a Debian archive of the test's own in ./archive, and a host whose apt knows it and has hooks, pins and
# preferences of its own that must not matter.

# make_package NAME VERSION [FIELD...]: a package from ./files/NAME (or with a single file of its name) into the pool.
make_package() {
	local name=$1 version=$2 root=work/$1_$2
	shift 2
	rm -rf "$root"
	mkdir -p "$root/DEBIAN" archive/pool
	if [ -d "files/$name" ]; then
		cp -a "files/$name/." "$root/"
	else
		mkdir -p "$root/usr/share/$name"
		echo "$name $version" >"$root/usr/share/$name/version"
	fi
	printf '%s\n' "Package: $name" "Version: $version" "Architecture: ${ARCH:-all}" \
		"Maintainer: nobody <nobody@example.org>" "Description: a test" "$@" >"$root/DEBIAN/control"
	printf '#!/bin/sh\ntouch %s/postinst.ran /postinst.ran\n' "$PWD" >"$root/DEBIAN/postinst"
	chmod 755 "$root/DEBIAN/postinst"
	dpkg-deb --root-owner-group "-Z${COMPRESS:-gzip}" -b "$root" "archive/pool/${name}_${version#*:}_${ARCH:-all}.deb" >/dev/null
}

# publish RELEASE DEB...: an index of these files of the pool.
publish() {
	local release=$1 dir=archive/dists/$1/main/binary-amd64 deb
	shift
	mkdir -p "$dir"
	for deb in "$@"; do
		dpkg-deb -f "archive/pool/$deb"
		printf 'Filename: pool/%s\nSize: %s\nSHA256: %s\n\n' "$deb" "$(stat -c %s "archive/pool/$deb")" \
			"$(sha256sum "archive/pool/$deb" | cut -d' ' -f1)"
	done >"$dir/Packages"
	printf 'Origin: %s\nSuite: %s\nCodename: %s\nArchitectures: amd64\nComponents: main\nDate: %s\nSHA256:\n %s %s main/binary-amd64/Packages\n' \
		"${ORIGIN:-Debian}" "$release" "$release" "$(LC_ALL=C date -Ru)" "$(sha256sum "$dir/Packages" | cut -d' ' -f1)" \
		"$(stat -c %s "$dir/Packages")" >"archive/dists/$release/Release"
}

# make_host: an apt configuration like a host's, with all the ways of a host to interfere.
make_host() {
	mkdir -p host/apt/sources.list.d host/apt/apt.conf.d host/apt/preferences.d host/apt/trusted.gpg.d
	printf 'deb [trusted=yes] file:%s/archive test main\n' "$PWD" >host/apt/sources.list
	ln -sfn archive security # elsewhere, as in real life
	printf 'Types: deb deb-src\nURIs: file:%s/security\nSuites: test-security\nComponents: main\nTrusted: yes\n' "$PWD" \
		>host/apt/sources.list.d/security.sources
	for hook in APT::Update::Pre-Invoke APT::Update::Post-Invoke APT::Update::Post-Invoke-Success \
		DPkg::Pre-Invoke DPkg::Post-Invoke DPkg::Pre-Install-Pkgs AptCli::Hooks::Install; do
		printf '%s { "touch %s/hook.ran"; };\n' "$hook" "$PWD"
	done >host/apt/apt.conf.d/50hooks
	printf 'APT::Install-Recommends "true";\nAPT::Default-Release "test";\nAPT::Architectures { "armhf"; };\n' \
		>host/apt/apt.conf.d/60habits
	printf 'Package: *\nPin: release n=test-security\nPin-Priority: -1\n' >host/apt/preferences.d/never
	printf 'Dir::Etc "%s/host/apt/";\nDir::State "%s/host/state/";\nDir::Cache "%s/host/cache/";\n' "$PWD" "$PWD" "$PWD" >host/apt.conf
	export APT_CONFIG=$PWD/host/apt.conf
}

# define PACKAGE...: images/x, one layer of these packages ("/" begins the next layer).
define() {
	mkdir -p images/x
	printf '%s\n' "$@" | jq -Rn '[inputs] | reduce .[] as $w ([[]]; if $w == "/" then . + [[]] else .[-1] += [$w] end)
		| {name: "test/x", layers: map({packages: {suite: "test", install: .}})}' >images/x/image.json
}
