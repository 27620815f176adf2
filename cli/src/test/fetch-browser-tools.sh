#!/bin/sh
# Fetches what tests steer a browser with, and what they look for in its pages: fetch-browser-tools.sh FOLDER.
set -eu
. "$(dirname "$0")/../../../engine/src/test/npm-package.sh"
mkdir -p "$1"
cd "$1"

package playwright-core 1.62.0 257b0e29fb807039d3d67fe7c9188a2b9696403c57821b10cb6c8d635e39789a
package axe-core 4.14.1 e6b0ce02b84d892e2e33e403485e7f3d6c29e2be6df65daf44d89ba564139745
# Where Playwright looks for its driver: node beside package.
ln -sf "$(command -v node)" playwright-core/node
