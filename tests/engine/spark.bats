#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# lilidata/spark as Docker runs it: each line and each kind of user once. tests/soak/lines.bats has every pair of them.
load ../helpers
load ../engine
load ../spark

setup_file() { spark_in_engine; }
teardown_file() { stop_engine; }

@test "spark-sql of the newest line adds up a million numbers, as root" {
	in_image spark-sql -e "$sum"
	assert_equal "$output" "499999500000	root	/root	UTF-8"
}

@test "spark-sql of 3.4, which SPARK_VERSION picks, as uid 1000" {
	in_image -u 1000 -e SPARK_VERSION=3.4 spark-sql -e "$sum"
	assert_equal "$output" "499999500000	spark	/home/spark	UTF-8"
}

@test "spark-sql of 3.3, called by its path, with /bin/sh for entrypoint and a uid nobody knows" {
	in_image -u 12345 -s "$(home 3.3.4)/bin/spark-sql -e '$sum'"
	assert_equal "$output" "499999500000	12345	/tmp/.account-12345	UTF-8"
}

@test "pi.py on 3.5, with /bin/sh for entrypoint and a uid nobody knows" {
	in_image -u 12345 -s "spark-submit --master 'local[2]' $(pi 3.5.9)"
	assert_regex "$output" "^Pi is roughly 3\.1"
}

@test "pi.py on 3.4, by the driver's own word" {
	in_image -u 1000 -e SPARK_VERSION=3.4 driver --master 'local[2]' "$(pi 3.4.4)"
	assert_regex "$output" "^Pi is roughly 3\.1"
}

@test "pi.py on 3.3 is told at once that Python 3.11 is too new for it" {
	STATUS=1 in_image "$(home 3.3.4)/bin/spark-submit" "$(pi 3.3.4)"
	assert_regex "$stderr" "Python API of Spark 3.3 does not run on Python 3.11"
	assert_regex "$stderr" "SPARK_HOME=$(home 3.4.4) or $(home 3.5.9)"
}

@test "spark-shell's JVM makes a TLS context that trusts more than 100 CAs" {
	in_image -u 1000 -v "$BATS_TEST_DIRNAME/tls.scala:/tls.scala:ro" spark-shell --master 'local[1]' -I /tls.scala
	assert_regex "$output" "trusts 1[0-9][0-9] CAs"
}

@test "every library that a program in the image wants is there (libjvm.so is loaded before those that want it)" {
	in_image -s 'find /usr/bin /usr/sbin /usr/lib -type f -size +4k | xargs ldd 2>/dev/null | sed -n "/not found/{/libjvm/!p}"'
	assert_equal "$output" ""
}

@test "it ends on TERM like any Java: 143" {
	docker run -d --name stopped "${isolated[@]}" "$image" \
		spark-sql --conf spark.sql.catalogImplementation=in-memory -e 'select java_method("java.lang.Thread","sleep",60000L)'
	for _ in {1..300}; do
		! docker logs stopped 2>&1 | grep -q 'Spark master' || break
		sleep 0.1
	done
	docker stop -t 15 stopped
	assert_equal "$(docker inspect -f '{{.State.ExitCode}}' stopped)" 143
}

@test "compose/spark.yaml keeps its tables from one run to the next" {
	local compose=(docker-compose -p tables -f "$BATS_TEST_DIRNAME/../../compose/spark.yaml" -f here.yaml run --rm -T sql)
	cat >here.yaml <<-END
		services: {sql: {network_mode: none, extra_hosts: ["spark:127.0.0.1"]}}
	END
	LIMIT=240 expect 0 "${compose[@]}" spark-sql -e 'create table kept as select 42 as n'
	LIMIT=240 expect 0 "${compose[@]}" spark-sql -e 'select n from kept'
	assert_regex "$output" '(^|[^0-9])42([^0-9]|$)'
}
