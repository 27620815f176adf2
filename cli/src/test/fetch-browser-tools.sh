#!/bin/sh
# Fetches what tests steer a browser with, and what they look for in its pages: fetch-browser-tools.sh FOLDER.
set -eu
mkdir -p "$1"
cd "$1"

# package NAME VERSION SHA256: an npm package, unpacked into NAME/package.
package() {
  name=$1 version=$2 sum=$3
  [ -f "$name-$version.done" ] && return
  archive=$name-$version.tgz
  if command -v npm >/dev/null; then
    npm pack "$name@$version" --silent >/dev/null
  else
    curl -fsSL -o "$archive" "https://registry.npmjs.org/$name/-/$archive"
  fi
  echo "$sum  $archive" | sha256sum -c - >/dev/null
  rm -rf "$name"
  mkdir "$name"
  tar -xzf "$archive" -C "$name"
  rm "$archive"
  touch "$name-$version.done"
}

package playwright-core 1.62.0 257b0e29fb807039d3d67fe7c9188a2b9696403c57821b10cb6c8d635e39789a
package axe-core 4.14.1 e6b0ce02b84d892e2e33e403485e7f3d6c29e2be6df65daf44d89ba564139745
# Where Playwright looks for its driver: node beside package.
ln -sf "$(command -v node)" playwright-core/node
