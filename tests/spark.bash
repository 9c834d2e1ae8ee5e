# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2034 # for the tests, and for expect
# spark: lilidata/spark in an engine of its own, and how to run it there.

# Spark asks for its own host's name, which no name server knows here.
image=lilidata/spark
isolated=(--network none --hostname spark --add-host spark:127.0.0.1)
property() { echo "java_method(\"java.lang.System\",\"getProperty\",\"$1\")"; }
sum="select sum(id),$(property user.name),$(property user.home),$(property file.encoding) from range(1000000)"

home() { echo "/usr/local/spark-$1-bin-hadoop3"; }
pi() { echo "$(home "$1")/examples/src/main/python/pi.py"; }

# spark_in_engine: a started engine with the image in it. What is in the store already is not built again.
spark_in_engine() {
	start_engine "$(mktemp -d /var/tmp/lili-engine.XXXXXX)" &&
		"$BIN/lili" build -C "$BATS_TEST_DIRNAME/../.." spark && "$BIN/lili" load -C "$BATS_TEST_DIRNAME/../.." spark
}

# in_image [DOCKER OPTION...] WORD...: runs the words by the entrypoint; in_image ... -s SCRIPT: by /bin/sh in its place,
# as Mesos does. Fails on any other exit status than STATUS (0).
in_image() {
	local options=() LIMIT=240

	while [[ $1 == -* && $1 != -s ]]; do
		options+=("$1")
		shift
		case ${options[-1]} in
		-[uve] | --tmpfs) options+=("$1") && shift ;;
		esac
	done
	if [ "$1" = -s ]; then
		options+=(--entrypoint /bin/sh)
		set -- -c "$2"
	fi
	expect "${STATUS:-0}" docker run --rm "${isolated[@]}" "${options[@]}" "$image" "$@"
}
