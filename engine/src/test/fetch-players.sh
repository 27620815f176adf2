#!/bin/sh
# Fetches the players that packages are tested with into a folder: fetch-players.sh FOLDER.
set -eu
. "$(dirname "$0")/npm-package.sh"
mkdir -p "$1"
cd "$1"

package hls.js 1.7.4 e4ab3d5d13f7cca9ef241d098f39686e19fd451831ba07dc9943482fd5ff75c7
package dashjs 5.2.1 4eacb0cc3525276666ca3f084611cdabb5a2264d128dfe0750fe106fbddd088f
cp hls.js/package/dist/hls.min.js dashjs/package/dist/modern/umd/dash.all.min.js .
