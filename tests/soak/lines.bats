#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Every line of Spark as every kind of user; tests/engine has a sample of it.
load ../helpers
load ../engine
load ../spark

setup_file() { spark_in_engine; }
teardown_file() { stop_engine; }

# as_everyone SCRIPT: as root, as the account, as a uid nobody knows by /bin/sh; with the outputs in $outputs.
as_everyone() {
	outputs=
	in_image bash -c "$1"
	outputs+=$output$'\n'
	in_image -u 1000 bash -c "$1"
	outputs+=$output$'\n'
	in_image -u 12345 -s "$1"
	outputs+=$output
}

@test "spark-sql adds up a million numbers in every line, as anybody" {
	for version in 3.3.4 3.4.4 3.5.9; do
		as_everyone "$(home $version)/bin/spark-sql -e '$sum'"
		assert_equal "$outputs" "499999500000	root	/root	UTF-8
499999500000	spark	/home/spark	UTF-8
499999500000	12345	/tmp/.account-12345	UTF-8"
	done
}

@test "pi.py works on 3.4 and 3.5, as anybody" {
	for version in 3.4.4 3.5.9; do
		as_everyone "$(home $version)/bin/spark-submit --master 'local[2]' $(pi $version) 4"
		assert_equal "$(grep -c '^Pi is roughly 3\.1' <<<"$outputs")" 3
	done
}

@test "each line's spark-shell and pyspark answer, in a container that can write to /tmp only" {
	for version in 3.3.4 3.4.4 3.5.9; do
		echo 'println("sum " + spark.range(1000).count + " " + sc.version)' >program.scala
		in_image -u 12345 -v "$PWD/program.scala:/p.scala:ro" --read-only --tmpfs /tmp:exec \
			-s "$(home $version)/bin/spark-shell --master 'local[1]' -I /p.scala"
		assert_regex "$output" "sum 1000 $version"
	done
	for version in 3.4.4 3.5.9; do
		echo 'print("sum", sc.parallelize(range(5)).map(lambda x: x * x).sum(), sc.version)' >program.py
		in_image -u 12345 -v "$PWD/program.py:/p.py:ro" --read-only --tmpfs /tmp:exec -e PYSPARK_DRIVER_PYTHON_OPTS=-i \
			-s "$(home $version)/bin/pyspark --master 'local[1]' </p.py"
		assert_regex "$output" "sum 30 $version"
	done
}
