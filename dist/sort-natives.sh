#!/bin/sh
# sort-natives.sh ROOT FFMPEG_CLASSIFIER JAVACPP_CLASSIFIER ORACLE_CLASSIFIER
# Sorts the native jars unpacked in ROOT/unpacked into ROOT/oracle (everything of its own build, for tests),
# ROOT/natives (what the product loads) and ROOT/natives-fallback (what it loads only when the system has none).
set -eu

root=$1
ffmpeg=$root/unpacked/org/bytedeco/ffmpeg/$2
javacpp=$root/unpacked/org/bytedeco/javacpp/$3
oracle=$root/unpacked/org/bytedeco/ffmpeg/$4

# sorted DIR FROM: whether DIR holds the libraries of FROM.
sorted() {
  [ "$root/$1/libavcodec.so.62" -ef "$2/libavcodec.so.62" ]
}

# fill DIR FROM NAME...: makes DIR hold exactly these. Links, not copies: the whole set is 90 MB.
fill() {
  dir=$root/$1 from=$2
  shift 2
  mkdir -p "$dir"
  for name; do
    ln -f "$from/$name" "$dir/$name"
  done
}

# The first script of every build: assemble.sh dates the application by this.
touch "$root/build.started"

# Left alone when already sorted: a running penstock may be about to load one of them.
stamp=$root/natives.stamp
if [ "$stamp" -nt "$0" ] && sorted natives "$ffmpeg" && sorted oracle/lib "$oracle"; then
  exit 0
fi

rm -rf "$root/oracle" "$root/natives" "$root/natives-fallback"

# program NAME: the libraries do not find libva beside themselves, so the loader is told where to look.
program() {
  chmod +x "$root/oracle/lib/$1"
  printf '#!/bin/sh\nLD_LIBRARY_PATH=%s exec %s "$@"\n' "'$root/oracle/lib'" "'$root/oracle/lib/$1'" >"$root/oracle/$1"
  chmod +x "$root/oracle/$1"
}

mkdir -p "$root/oracle/lib"
ln "$oracle"/* "$root/oracle/lib/"
program ffmpeg
program ffprobe

# No avdevice: it needs X11, ALSA and PulseAudio, which servers do not have.
fill natives "$ffmpeg" \
  libavutil.so.60 libavcodec.so.62 libavformat.so.62 libavfilter.so.11 libswscale.so.9 libswresample.so.6 \
  libjniavutil.so libjniavcodec.so libjniavformat.so libjniavfilter.so libjniswscale.so libjniswresample.so
fill natives "$javacpp" libjnijavacpp.so
fill natives "$root/unpacked/org/sqlite/native/Linux/x86_64" libsqlitejdbc.so

# libavutil is linked against these, but the system's own copies know the installed drivers and must win.
fill natives-fallback "$ffmpeg" libva.so.2 libva-drm.so.2 libdrm.so.2

touch "$stamp"
