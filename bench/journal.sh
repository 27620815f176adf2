#!/usr/bin/env bash
# What the daemon's journal takes: submissions a second with a durable acknowledgement and how long each waits, then how
# long it takes to open, list and claim with all of them queued.
#
#   bench/journal.sh [JOBS] [CALLERS]       default: 100000 64; needs ./mvnw test-compile
set -euo pipefail
. "$(dirname "$0")/common.sh"
jobs=${1:-100000}
callers=${2:-64}
folder=$(mktemp -d "$work/journal.XXXXXX")
trap 'rm -rf "$folder"' EXIT
[ -d "$root/node/target/test-classes" ] || fail "node/target/test-classes is missing; run ./mvnw test-compile"

repository=${MAVEN_REPO:-$HOME/.m2/repository}
version() { sed -n "s|.*<$1.version>\(.*\)</$1.version>.*|\1|p" "$root/pom.xml"; }
jackson=$(version jackson)
classpath=$root/node/target/test-classes:$root/node/target/classes:$root/model/target/classes
classpath+=:$repository/org/xerial/sqlite-jdbc/$(version sqlite-jdbc)/sqlite-jdbc-$(version sqlite-jdbc).jar
classpath+=:$repository/tools/jackson/core/jackson-core/$jackson/jackson-core-$jackson.jar
classpath+=:$repository/tools/jackson/core/jackson-databind/$jackson/jackson-databind-$jackson.jar
annotations=$(version jackson-annotations)
classpath+=:$repository/com/fasterxml/jackson/core/jackson-annotations/$annotations/jackson-annotations-$annotations.jar

echo "$(nproc) cores, load $(cut -d' ' -f1 /proc/loadavg)"
"${JAVA_HOME:?}/bin/java" -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED "-Dorg.sqlite.lib.path=$root/target/natives" \
  -cp "$classpath" dev.penstock.node.journal.JournalBench "$folder/data" "$jobs" "$callers"
