#!/bin/sh
# assemble.sh ROOT CLASSPATH_FILE CLI_JAR: puts the runnable application into ROOT/app (bin, lib, natives).
set -eu

root=$1 classpath_file=$2 cli_jar=$3
scripts=$(cd "$(dirname "$0")" && pwd)
app=$root/app
new=$root/app.new

copy_jars() {
  mkdir -p "$new/lib"
  cp "$cli_jar" "$new/lib/"
  (
    IFS=:
    for jar in $(cat "$classpath_file"); do
      cp "$jar" "$new/lib/"
    done
  )
  # An AOT cache is bound to the jars' time stamps, and the same content should not invalidate it.
  touch -d 2026-01-01T00:00:00Z "$new"/lib/*.jar
}

link_natives() {
  for dir in natives natives-fallback; do
    mkdir -p "$new/$dir"
    ln "$root/$dir"/* "$new/$dir/"
  done
}

rm -rf "$new"
mkdir -p "$new/bin"
copy_jars
link_natives
cp "$scripts/penstock" "$new/bin/penstock"
chmod +x "$new/bin/penstock"
# Dated to the start of the build: a source edited while it ran makes the next ./penstock build again.
cp -p "$root/build.started" "$new/built"
if [ -d "$app/aot" ]; then
  mv "$app/aot" "$new/aot"
fi
rm -rf "$app"
mv "$new" "$app"
