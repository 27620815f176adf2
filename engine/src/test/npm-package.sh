# For scripts that fetch what tests need from npm into the folder they are in.

# package NAME VERSION SHA256: an npm package, unpacked into NAME/package.
package() {
  name=$1 version=$2 sum=$3
  [ -f "$name/$version.done" ] && return
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
  touch "$name/$version.done"
}
