#!/bin/sh
# assemble.sh ROOT CLASSPATH_FILE CLI_JAR JDK: puts the runnable application into ROOT/app (bin, lib, natives).
set -eu

root=$1 classpath_file=$2 cli_jar=$3 jdk=$4
scripts=$(cd "$(dirname "$0")" && pwd)
app=$root/app
new=$root/app.new

# strip_sqlite JAR: without its libraries for all systems there are; ours lies with the other natives.
strip_sqlite() {
  content=$root/sqlite-jdbc
  rm -rf "$content"
  mkdir "$content"
  (cd "$content" && "$jdk/bin/jar" --extract --file "$1")
  rm -r "$content/org/sqlite/native"
  "$jdk/bin/jar" --create --file "$1" --date=2026-01-01T00:00:00Z --manifest "$content/META-INF/MANIFEST.MF" -C "$content" .
  rm -rf "$content"
}

copy_jars() {
  mkdir -p "$new/lib"
  cp "$cli_jar" "$new/lib/"
  (
    IFS=:
    for jar in $(cat "$classpath_file"); do
      cp "$jar" "$new/lib/"
    done
  )
  strip_sqlite "$new"/lib/sqlite-jdbc-*.jar
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
