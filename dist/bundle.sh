#!/bin/sh
# bundle.sh APP OUT NAME: makes OUT/NAME.tar.xz, which runs on a machine that has only glibc, libstdc++ and libgcc.
# JAVA_HOME is the JDK whose runtime is shipped.
set -eu

app=$1 out=$2 name=$3
scripts=$(cd "$(dirname "$0")" && pwd)
bundle=$out/$name
archive=$out/$name.tar.xz
max_mib=55
timestamp=2026-01-01T00:00:00Z

fail() {
  echo "bundle: $1" >&2
  exit 1
}

copy_app() {
  mkdir -p "$bundle"
  cp -rp "$app/bin" "$app/lib" "$app/natives" "$app/natives-fallback" "$bundle/"
  cp "$scripts/../LICENSE" "$scripts/../NOTICE" "$bundle/"
  cp -r "$scripts/licenses" "$bundle/licenses"
  "$JAVA_HOME/bin/java" "$scripts/StoreJars.java" "$bundle/lib"
}

# modules: what our own classes use, and what the libraries cannot do without. jdeps on the libraries would add
# java.desktop, java.naming and others, which Jackson and Jetty only look for.
modules() {
  own=$("$JAVA_HOME/bin/jdeps" --multi-release 25 --ignore-missing-deps --no-recursive --print-module-deps \
    --class-path "$(printf '%s:' "$bundle"/lib/*.jar)" "$bundle"/lib/penstock-*.jar)
  # java.xml: Jackson links against org.w3c.dom. jdk.unsupported: JavaCPP uses sun.misc.Unsafe.
  printf '%s\n' "$own,java.base,java.logging,java.xml,jdk.unsupported"
}

make_runtime() {
  "$JAVA_HOME/bin/jlink" --add-modules "$(modules)" --output "$bundle/runtime" --vm server \
    --strip-java-debug-attributes --no-header-files --no-man-pages --compress zip-0
}

# The cache is bound to the time stamps of the jars and of the runtime, so they are fixed before it is trained.
train() {
  find "$bundle" -exec touch -h -d "$timestamp" {} +
  sh "$scripts/train-aot.sh" "$bundle" </dev/null
  ls "$bundle"/aot/*.aot >/dev/null 2>&1 || fail "no AOT cache was made, see $bundle/train-aot.log"
  rm -f "$bundle/train-aot.log"
}

# Nothing is compressed in the parts (jlink zip-0, stored jars, plain .so files), so that xz sees through all of it.
pack() {
  tar -C "$out" --sort=name --mtime="$timestamp" --owner=0 --group=0 --numeric-owner --mode=a+rX,u+w,go-w -cf - "$name" |
    xz --threads=2 --block-size=80MiB --x86 --lzma2=preset=9 >"$archive.part"
  mv "$archive.part" "$archive"
  (cd "$out" && sha256sum "$name.tar.xz" >"$name.tar.xz.sha256")
}

check_size() {
  kib=$(($(wc -c <"$archive") / 1024))
  echo "bundle: $archive, $((kib / 1024)).$((kib % 1024 * 10 / 1024)) MiB"
  [ "$kib" -le $((max_mib * 1024)) ] || fail "larger than $max_mib MiB"
}

rm -rf "$bundle" "$archive"
copy_app
make_runtime
train
pack
check_size
if command -v bwrap >/dev/null; then
  sh "$scripts/check-clean-machine.sh" "$archive"
else
  echo "bundle: not tried on a clean machine, bwrap is not installed" >&2
fi
