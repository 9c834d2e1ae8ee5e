# SPDX-License-Identifier: Apache-2.0
# engine: a Docker Engine of the suite's own: its data, socket and pid live in one folder and end with it. Root only.

# start_engine DIR: starts one in DIR and points docker at it. stop_engine ends it and removes DIR.
start_engine() {
	export ENGINE=$1 DOCKER_HOST=unix://$1/sock DOCKER_CONFIG=$1/config
	local driver

	mkdir -p "$ENGINE/data" "$DOCKER_CONFIG" || return
	driver=$(_engine_volume) || return
	# Containers here run without a network: no bridge, and no hand on the host's iptables.
	dockerd --data-root "$ENGINE/data" --exec-root "$ENGINE/exec" --pidfile "$ENGINE/pid" --host "$DOCKER_HOST" \
		--storage-driver "$driver" --bridge none --iptables=false --ip6tables=false --ip-forward=false \
		>"$ENGINE/log" 2>&1 3>&- &
	for _ in {1..150}; do
		! docker version >/dev/null 2>&1 || return 0
		kill -0 $! 2>/dev/null || break
		sleep 0.2
	done
	tail -n 20 "$ENGINE/log" >&2
	stop_engine
	return 1
}

stop_engine() {
	local pid left

	[ -d "$ENGINE" ] || return 0
	pid=$(cat "$ENGINE/pid" 2>/dev/null) && kill "$pid" && for _ in {1..150}; do
		kill -0 "$pid" 2>/dev/null || break
		sleep 0.2
	done
	# What is left mounted, deepest first: what a killed container had, then the data's own volume.
	while left=$(awk -v below="$ENGINE/" 'index($5, below) == 1 { print $5 }' /proc/self/mountinfo | sort | tail -n 1) &&
		[ -n "$left" ]; do
		umount "$left" || umount -l "$left" || break
	done
	rm -rf --one-file-system "$ENGINE"
}

# Says which storage driver the data gets. overlay2 wants a real file system below it: in a container, whose own is an
# overlay, a sparse file is one; where no loop device can be had, whole copies must do.
_engine_volume() {
	case $(stat -f -c %T "$ENGINE/data") in
	ext2/ext3 | xfs | btrfs) echo overlay2 && return ;;
	esac
	if truncate -s 16G "$ENGINE/volume" && mkfs.ext4 -q "$ENGINE/volume" &&
		mount -o loop "$ENGINE/volume" "$ENGINE/data"; then
		echo overlay2
	else
		echo vfs
	fi 2>/dev/null
}
