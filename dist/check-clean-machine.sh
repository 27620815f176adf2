#!/bin/sh
# check-clean-machine.sh ARCHIVE: runs the bundle in a read-only root that holds glibc, libstdc++, libgcc, a shell and
# the three tools the launcher uses; without HOME, without a writable /tmp, without network.
set -eu

archive=$1
root=$(mktemp -d)
output=$(mktemp -d)
trap 'rm -rf "$root" "$output"' EXIT

# add FILE: copies a program or library and all libraries it is linked against.
add() {
  for file in "$1" $(ldd "$1" 2>/dev/null | grep -o '/[^ ]*'); do
    mkdir -p "$root${file%/*}"
    cp -L "$file" "$root$file"
  done
}

library() {
  ldconfig -p | sed -n "s/.*$1 (libc6,x86-64.*=> //p" | head -n 1
}

make_root() {
  for lib in libc.so.6 libm.so.6 libmvec.so.1 libdl.so.2 libpthread.so.0 librt.so.1 libresolv.so.2 \
    libstdc++.so.6 libgcc_s.so.1; do
    add "$(library "$lib")"
  done
  add /bin/sh
  for tool in "$@"; do
    add "$(command -v "$tool")"
  done
  mkdir -p "$root/opt" "$root/proc" "$root/dev" "$root/tmp" "$root/output"
  tar -C "$root/opt" -xf "$archive"
}

# inside COMMAND...: bwrap leaves nothing writable but the folder for the output.
inside() {
  bwrap --ro-bind "$root" / --proc /proc --dev /dev --remount-ro /dev --bind "$output" /output --unshare-all --clearenv \
    --setenv PATH /usr/bin:/bin -- "$@"
}

make_root readlink cat cksum
ln -s "/opt/$(basename "$archive" .tar.xz)/bin/penstock" "$root/opt/penstock"
inside /opt/penstock --version
inside /opt/penstock demo /output
for clip in "$output"/*; do
  inside /opt/penstock probe "/output/${clip##*/}" --json >/dev/null
done
echo "bundle: runs on a clean, read-only machine"
