# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash source=images/spark/rootfs/usr/local/lib/spark/env.sh
# A folder of settings of your own (SPARK_CONF_DIR) needs no copy of this.
. /usr/local/lib/spark/env.sh
