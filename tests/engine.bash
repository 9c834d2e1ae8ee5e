# SPDX-License-Identifier: Apache-2.0
# engine: a Docker Engine of the suite's own: its data, socket and pid live in one folder and end with it. Root only.

# start_engine DIR: starts one there and exports DOCKER_HOST; stop_engine ends it and leaves nothing behind.
start_engine() {
	engine=$1
	mkdir -p "$engine/data" "$engine/config" || return
	_engine_volume || return
	# Containers here run with --network none: no bridge, and no hand on the host's iptables.
	DOCKER_CONFIG=$engine/config dockerd --data-root "$engine/data" --exec-root "$engine/exec" --pidfile "$engine/pid" \
		--host "unix://$engine/sock" --bridge none --iptables=false --ip6tables=false --ip-forward=false \
		--storage-driver "$engine_driver" >"$engine/log" 2>&1 3>&- &
	engine_pid=$!
	export DOCKER_HOST=unix://$engine/sock DOCKER_CONFIG=$engine/config
	for _ in {1..150}; do
		docker version >/dev/null 2>&1 && return
		kill -0 "$engine_pid" 2>/dev/null || break
		sleep 0.2
	done
	tail -n 20 "$engine/log" >&2
	stop_engine
	return 1
}

stop_engine() {
	local left

	kill "$engine_pid" 2>/dev/null && wait "$engine_pid" 2>/dev/null
	# Deepest first: what a killed container left mounted, then the data itself.
	while left=$(awk -v d="$engine/" 'index($5, d) == 1 { print $5 }' /proc/self/mountinfo | sort -r | head -n 1) &&
		[ -n "$left" ]; do
		umount "$left" || umount -l "$left" || break
	done
	rm -rf "$engine"
}

# overlay2 needs a real file system below it. In a container, where everything is an overlay already, a file serves as one.
_engine_volume() {
	engine_driver=overlay2
	case $(stat -f -c %T "$engine/data") in
	ext2/ext3 | xfs | btrfs) return ;;
	esac
	truncate -s "${LILI_ENGINE_SIZE:-16G}" "$engine/volume" && mkfs.ext4 -q "$engine/volume" &&
		mount -o loop "$engine/volume" "$engine/data" && return
	engine_driver=vfs
}
