#!/bin/sh
# Fetches the players that packages are tested with into a folder: fetch-players.sh FOLDER.
set -eu
mkdir -p "$1"
cd "$1"

# player NAME VERSION SHA256 FILE: FILE of an npm package, under its own base name.
player() {
  name=$1 version=$2 sum=$3 file=$4
  [ -f "$name-$version.done" ] && return
  archive=$name-$version.tgz
  if command -v npm >/dev/null; then
    npm pack "$name@$version" --silent >/dev/null
  else
    curl -fsSL -o "$archive" "https://registry.npmjs.org/$name/-/$archive"
  fi
  echo "$sum  $archive" | sha256sum -c - >/dev/null
  tar -xzf "$archive" "package/$file"
  mv "package/$file" "$(basename "$file")"
  rm -rf package "$archive"
  touch "$name-$version.done"
}

player hls.js 1.7.4 e4ab3d5d13f7cca9ef241d098f39686e19fd451831ba07dc9943482fd5ff75c7 dist/hls.min.js
player dashjs 5.2.1 4eacb0cc3525276666ca3f084611cdabb5a2264d128dfe0750fe106fbddd088f \
  dist/modern/umd/dash.all.min.js
