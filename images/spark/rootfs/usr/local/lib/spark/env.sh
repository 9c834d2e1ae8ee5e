# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# env.sh: what any of Spark's commands needs before it starts, whoever starts it. BASH_ENV names this file, so every
# bash script reads it first; conf/spark-env.sh reads it where BASH_ENV did not arrive. Twice does no harm.

# A script of a Spark home works for that home. The image's SPARK_HOME would send the spark-class that
# spark.mesos.executor.home names to the newest home's jars. A SPARK_HOME of the user's own (its bin is not in PATH) is obeyed.
_spark_home() {
	case ":$PATH:" in
	*:"${SPARK_HOME-}"/bin:*) SPARK_HOME=$(CDPATH='' cd -- "${0%/*}/.." && pwd) && export SPARK_HOME ;;
	esac
}

# A row in passwd for a uid that has none: without one a JVM says user.name=? and user.home=?, and Hadoop refuses to log in.
_spark_account() {
	local uid gid base dir name file

	uid=$(id -u) gid=$(id -g)
	getent passwd "$uid" >/dev/null && return
	for base in "${MESOS_SANDBOX-}" "${TMPDIR-}" /tmp; do
		[ -n "$base" ] && [ -d "$base" ] && [ -w "$base" ] && break
	done
	dir=$base/.account-$uid
	mkdir -m 700 "$dir" 2>/dev/null
	# What somebody else put there under that name is not believed.
	if [ -L "$dir" ] || ! [ -d "$dir" ] || ! [ -O "$dir" ]; then
		dir=$(mktemp -d "$dir-XXXXXX") || return
	fi
	if [ "${HOME:-/}" = / ] || ! [ -d "$HOME" ] || ! [ -w "$HOME" ]; then
		export HOME=$dir
	fi
	case ${SPARK_USER-} in
	'' | *[!A-Za-z0-9._-]*) name=$uid ;;
	*) name=$SPARK_USER ;;
	esac
	# Renamed into place: another command of this user may be reading the files.
	file=$(mktemp "$dir/XXXXXX") || return
	{ cat /etc/passwd && echo "$name:x:$uid:$gid::$HOME:/bin/sh"; } >"$file" && mv "$file" "$dir/passwd" || return
	file=$(mktemp "$dir/XXXXXX") || return
	{ cat /etc/group && { getent group "$gid" >/dev/null || echo "$name:x:$gid:"; }; } >"$file" && mv "$file" "$dir/group" ||
		return
	export NSS_WRAPPER_PASSWD=$dir/passwd NSS_WRAPPER_GROUP=$dir/group
	export LD_PRELOAD=${LD_PRELOAD:+$LD_PRELOAD:}libnss_wrapper.so
}

# The 3.3 line's Python API breaks on Python 3.11 deep inside its pickling: say so instead. $@ is spark-class's.
_spark_python() {
	local python=${PYSPARK_DRIVER_PYTHON:-${PYSPARK_PYTHON:-python3}} newer

	[ "${1-}" = org.apache.spark.deploy.SparkSubmit ] || return
	shift
	while [ $# -gt 0 ]; do # up to what is to be run: the first word that is neither an option nor its value
		case "$1 ${2-}" in
		"--deploy-mode cluster") return ;; # with another machine's Python
		"--conf spark.pyspark.python="* | "--conf spark.pyspark.driver.python="*) python=${2#*=} ;;
		esac
		case $1 in
		-h | --help | --version) return ;;
		-v | --verbose | --supervise | --*=*) shift ;;
		-*) shift $(($# > 1 ? 2 : 1)) ;;
		*.py | pyspark-shell | pyspark-shell-main) break ;;
		*) return ;;
		esac
	done
	[ $# -gt 0 ] && "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || return
	newer=$(compgen -G '/usr/local/spark-3.[45]*' | paste -sd' ' | sed 's/ / or /g')
	cat >&2 <<-END
		${SPARK_HOME##*/}: the Python API of Spark 3.3 does not run on Python 3.11 or later, which $python is.
		Use a newer line (${newer:+SPARK_HOME=}${newer:-it has an image of its own}), or name an
		older Python in PYSPARK_PYTHON. Spark 3.3's SQL, Scala and Java work here.
	END
	exit 1
}

if [ -f "${0%/*}/load-spark-env.sh" ] || [ -f "${0%/*}/spark-config.sh" ]; then
	_spark_home
	_spark_account
	case $SPARK_HOME in
	*/spark-3.3.*) _spark_python "$@" ;;
	esac
fi
unset -f _spark_home _spark_account _spark_python # spark-env.sh is read with everything exported
