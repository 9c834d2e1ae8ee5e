#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2016 # the scripts expand their own variables
load helpers

spark=$BIN/spark
env_sh=$BATS_TEST_DIRNAME/../images/spark/rootfs/usr/local/lib/spark/env.sh

role() { expect "$1" env -i PATH="$PATH" SPARK_HOMES="$PWD/homes" "${@:2}"; }

# home VERSION: a Spark home whose scripts say where they believe to be and what they were given.
home() {
	local bin=homes/spark-$1-bin-hadoop3/bin name

	mkdir -p "$bin"
	touch "$bin/load-spark-env.sh"
	for name in spark-submit spark-class spark-sql; do
		printf '#!/bin/bash\nprintf "%%s\\n" "%s ${SPARK_HOME##*/}" "$@"\n' "$name" >"$bin/$name"
		chmod +x "$bin/$name"
	done
}
# fake NAME STATUS [TEXT]: a program that only says TEXT.
fake() {
	printf '#!/bin/sh\necho "%s"\nexit %s\n' "${3-}" "$2" >"spies/$1"
	chmod +x "spies/$1"
}

@test "a driver is spark-submit in client mode, of the newest line, with the arguments as they came" {
	home 3.9.0 && home 3.10.1 && home 3.4.4
	role 0 "$spark" driver --class 'a b' x.jar ''
	assert_equal "$output" "spark-submit spark-3.10.1-bin-hadoop3
--deploy-mode
client
--class
a b
x.jar"
}

@test "an executor is the class Mesos starts" {
	home 3.5.9
	role 0 "$spark" executor --cores 2
	assert_equal "$(paste -sd' ' <<<"$output")" \
		"spark-class spark-3.5.9-bin-hadoop3 org.apache.spark.executor.CoarseGrainedExecutorBackend --cores 2"
}

@test "SPARK_VERSION picks a line by its version or its beginning, over the image's SPARK_HOME" {
	home 3.3.4 && home 3.4.4 && home 3.5.9
	for version in 3.4 3.4.4; do
		role 0 SPARK_HOME="$PWD/homes/spark-3.5.9-bin-hadoop3" SPARK_VERSION=$version "$spark" spark-sql -e x
		assert_equal "$(paste -sd' ' <<<"$output")" "spark-sql spark-3.4.4-bin-hadoop3 -e x"
	done
}

@test "a SPARK_VERSION that is not installed is named together with those that are" {
	home 3.10.1 && home 3.4.4
	for version in 3.6 3.4.5 3.1 4; do
		role 100 SPARK_VERSION=$version "$spark" driver x.jar
		assert_regex "$stderr" "SPARK_VERSION=$version is no Spark in $PWD/homes, which has: 3.4.4 3.10.1"
	done
}

@test "a SPARK_HOME that is none, or no absolute path, is refused before anything starts" {
	home 3.5.9
	role 100 SPARK_HOME="$PWD" "$spark" driver x.jar
	assert_regex "$stderr" "homes has: 3.5.9$"
	assert_regex "$stderr" "SPARK_HOME is no Spark home: there is no $PWD/bin/spark-submit"
	role 100 SPARK_HOME=here SPARK_HOMES=there "$spark" driver x.jar
	assert_regex "$stderr" "SPARK_HOME is not an absolute path"
	assert_regex "$stderr" "SPARK_HOMES is not an absolute path"
	assert_regex "$stderr" "2 bad variables"
}

@test "where there is no Spark, a driver is told so, and --check names nothing that is not there" {
	role 100 "$spark" driver x.jar
	assert_regex "$stderr" "spark: there is no Spark in $PWD/homes$"
	expect 0 env -i "$spark" --check sh
	assert_equal "$output" "SPARK_HOME=
PATH=
sh"
}

@test "any other command runs as given, with SPARK_HOME and its scripts at hand, or without a Spark" {
	home 3.4.4
	role 0 "$spark" sh -c 'echo "${SPARK_HOME##*/}"; command -v spark-sql'
	assert_equal "$output" "spark-3.4.4-bin-hadoop3
$PWD/homes/spark-3.4.4-bin-hadoop3/bin/spark-sql"
	role 3 SPARK_HOMES=/nonexistent "$spark" sh -c 'exit 3'
	role 127 "$spark" no-such-command
	touch spies/no-program
	role 126 "$spark" no-program
}

@test "nothing to run, or an option there is none of, is exit 100 and a reminder of what there is" {
	role 100 "$spark"
	assert_regex "$stderr" "usage: spark .*nothing to run"
	role 100 "$spark" --check
	role 100 "$spark" --heath
	assert_regex "$stderr" "no such option: --heath"
}

@test "--check says what would be run, readable by a shell, and runs nothing" {
	home 3.5.9
	role 0 PATH=/bin "$spark" --check driver --name "it's mine" '' x.py
	assert_equal "$output" "SPARK_HOME=$PWD/homes/spark-3.5.9-bin-hadoop3
PATH=$PWD/homes/spark-3.5.9-bin-hadoop3/bin:/bin
$PWD/homes/spark-3.5.9-bin-hadoop3/bin/spark-submit --deploy-mode client --name 'it'\''s mine' '' x.py"
}

@test "--vars and --help name every variable and every word" {
	role 0 "$spark" --vars
	assert_equal "$(cut -f1,2 <<<"$output")" "SPARK_VERSION	
SPARK_HOME	
SPARK_HOMES	/usr/local"
	assert_equal "$(sed -n 's/^| `\(SPARK_[A-Z]*\)` | \(`[^`]*`\)\{0,1\}.*/\1 \2/p' "$BATS_TEST_DIRNAME/../README.md" | tr -d '`')" \
		"$(cut -f1,2 --output-delimiter=' ' <<<"$output")" # the README's table says the same
	role 0 "$spark" --help
	assert_regex "$output" "driver .*executor .*--check .*--vars .*--health"
}

@test "--health is 0 while a process called java runs, and says which" {
	get_apart
	role 1 "${apart[@]}" -pf --mount-proc "$spark" --health
	assert_equal "$output" "no Java process runs here"
	cp "$(command -v sleep)" spies/java
	role 0 "${apart[@]}" -pf --mount-proc sh -c "java 60 & while ! grep -q java /proc/\$!/comm; do :; done; '$spark' --health"
	assert_equal "$output" "Java runs as process 2"
}

@test "a script of an older line works for its own home, not for the image's SPARK_HOME" {
	home 3.3.4 && home 3.5.9
	newest=$PWD/homes/spark-3.5.9-bin-hadoop3
	script=homes/spark-3.3.4-bin-hadoop3/bin/spark-sql
	printf '#!/bin/bash\necho "$SPARK_HOME"\n' >$script
	# With CDPATH, cd says where it went: on stdout, where the home's name is read.
	for cdpath in '' .; do
		role 0 PATH="$PATH:$newest/bin" SPARK_HOME="$newest" BASH_ENV="$env_sh" CDPATH=$cdpath $script
		assert_equal "$output" "$PWD/homes/spark-3.3.4-bin-hadoop3"
	done
}

@test "a SPARK_HOME of the user's own is obeyed, whatever script is called" {
	home 3.3.4 && home 3.5.9
	role 0 PATH="$PATH:$PWD/homes/spark-3.5.9-bin-hadoop3/bin" SPARK_HOME="$PWD/homes/spark-3.3.4-bin-hadoop3" \
		BASH_ENV="$env_sh" bash -c 'spark-sql'
	assert_equal "$output" "spark-sql spark-3.3.4-bin-hadoop3"
}

@test "a uid without a row in passwd gets one, with a home it can write to" {
	home 3.5.9
	fake getent 2
	fake id 0 12345
	script=homes/spark-3.5.9-bin-hadoop3/bin/spark-sql
	printf '#!/bin/bash\ntail -q -n 1 "$NSS_WRAPPER_PASSWD" "$NSS_WRAPPER_GROUP"; echo "$HOME $LD_PRELOAD"\n' >$script
	role 0 TMPDIR="$PWD" BASH_ENV="$env_sh" $script
	assert_regex "$output" "12345:x:12345:12345::$PWD/.account-12345:/bin/sh
12345:x:12345:
$PWD/.account-12345 libnss_wrapper.so"
	assert_equal "$(stat -c %a .account-12345)" 700

	mkdir sandbox
	role 0 TMPDIR="$PWD" MESOS_SANDBOX="$PWD/sandbox" SPARK_USER=alice HOME="$PWD" BASH_ENV="$env_sh" $script
	assert_regex "$output" "alice:x:12345:12345::$PWD:/bin/sh"
	assert_exists sandbox/.account-12345/passwd
}

@test "what somebody else put where the row goes is not believed" {
	home 3.5.9
	fake getent 2
	fake id 0 12345
	script=homes/spark-3.5.9-bin-hadoop3/bin/spark-sql
	printf '#!/bin/bash\necho "$NSS_WRAPPER_PASSWD"\n' >$script
	mkdir theirs
	ln -s theirs .account-12345
	role 0 TMPDIR="$PWD" BASH_ENV="$env_sh" $script
	assert_regex "$output" "^$PWD/\.account-12345-....../passwd$"
	assert_equal "$(ls theirs)" ""
}

@test "the 3.3 line says at once that its Python API does not run on Python 3.11" {
	home 3.3.4
	fake python3 0
	class=$PWD/homes/spark-3.3.4-bin-hadoop3/bin/spark-class
	submit=org.apache.spark.deploy.SparkSubmit
	for what in "x.py 4" pyspark-shell-main "--master local[2] --conf a=b --verbose x.py"; do
		# shellcheck disable=SC2086
		role 1 SPARK_HOME="${class%/bin/*}" BASH_ENV="$env_sh" "$class" $submit $what
		assert_regex "$stderr" "spark-3.3.4-bin-hadoop3: the Python API of Spark 3.3 does not run on Python 3.11"
	done
	for what in "--class C x.jar y.py" "--py-files y.py x.jar" "--version" "--deploy-mode cluster x.py"; do
		# shellcheck disable=SC2086
		role 0 SPARK_HOME="${class%/bin/*}" BASH_ENV="$env_sh" "$class" $submit $what
	done
	fake old-python 1
	role 0 SPARK_HOME="${class%/bin/*}" BASH_ENV="$env_sh" PYSPARK_PYTHON=old-python "$class" $submit x.py
	role 0 SPARK_HOME="${class%/bin/*}" BASH_ENV="$env_sh" "$class" $submit --conf spark.pyspark.python=old-python x.py
}
