#!/bin/sh
# build.sh BUNDLE OUT: makes OUT/penstock_VERSION_amd64.deb of the unpacked bundle (dist/bundle.sh), with the
# configuration that the bundle prints. Needs dpkg-deb alone. The same bundle gives the same package.
set -eu

[ $# -eq 2 ] || {
  echo "usage: build.sh BUNDLE OUT" >&2
  exit 2
}
bundle=$1 out=$2
deploy=$(cd "$(dirname "$0")/.." && pwd)
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-1767225600} # 2026-01-01, as the files of the bundle
export SOURCE_DATE_EPOCH
maintainer=${PENSTOCK_MAINTAINER:-The Penstock authors <penstock@localhost>}

fail() {
  echo "deb: $1" >&2
  exit 1
}

[ -x "$bundle/bin/penstock" ] && [ -d "$bundle/runtime" ] || fail "$bundle is no unpacked bundle"

# version: of the bundle, such as 0.1.0~SNAPSHOT: before 0.1.0, as Debian sorts.
version() {
  "$bundle/bin/penstock" --version | sed -n '1s/^penstock \([^ ]*\).*/\1/p' | sed 's/-/~/'
}

# put MODE FILE TARGET
put() {
  mkdir -p "$root/$(dirname "$3")"
  install -m "$1" "$2" "$root/$3"
}

program() {
  mkdir -p "$root/usr/lib" "$root/usr/bin"
  # With its times: the AOT cache is bound to those of jars and runtime. Links of files in the bundle become files.
  cp -r --preserve=timestamps,mode,links "$bundle" "$root/usr/lib/penstock"
  rm -rf "$root/usr/lib/penstock/licenses" "$root/usr/lib/penstock/LICENSE" "$root/usr/lib/penstock/NOTICE"
  find "$root/usr/lib/penstock" -type f ! -perm -0100 -exec chmod 0644 {} +
  find "$root/usr/lib/penstock" -name '*.so*' -type f -exec chmod 0644 {} +
  ln -s ../lib/penstock/bin/penstock "$root/usr/bin/penstock"
  PENSTOCK_COMMAND=penstock "$bundle/bin/penstock" completion | sed '1{/^#!/d}' >"$work/completion"
  put 0644 "$work/completion" usr/share/bash-completion/completions/penstock
}

units() {
  put 0644 "$deploy/systemd/penstock.service" usr/lib/systemd/system/penstock.service
  put 0644 "$deploy/systemd/penstock-devices.service" usr/lib/systemd/system/penstock-devices.service
  "$bundle/bin/penstock" serve --print-config >"$work/penstock.yaml" || fail "$bundle prints no configuration"
  # Commands of others than the service find its folder by it, too.
  sed -i 's#^data:$#data: /var/lib/penstock#' "$work/penstock.yaml"
  grep -q '^data: /var/lib/penstock$' "$work/penstock.yaml" || fail "the configuration names no folder of data"
  put 0640 "$work/penstock.yaml" etc/penstock/penstock.yaml
  echo /etc/penstock/penstock.yaml >"$root/DEBIAN/conffiles"
}

# compressed FILE TARGET: without name and time, so that it is the same each time.
compressed() {
  gzip -9n <"$1" >"$work/compressed"
  put 0644 "$work/compressed" "$2"
}

documents() {
  doc=usr/share/doc/penstock
  put 0644 "$deploy/../docs/deploy.md" $doc/deploy.md
  compressed "$deploy/../CHANGELOG.md" $doc/CHANGELOG.md.gz
  date=$(date -u -R -d "@$SOURCE_DATE_EPOCH")
  printf 'penstock (%s) unstable; urgency=medium\n\n  * See CHANGELOG.md.gz.\n\n -- %s  %s\n' \
    "$version" "$maintainer" "$date" >"$work/changelog"
  compressed "$work/changelog" $doc/changelog.gz
  {
    cat "$bundle/NOTICE"
    printf '\n\nLicence of Penstock itself: /usr/share/common-licenses/Apache-2.0. Others: %s\n' "/$doc/licenses"
  } >"$work/copyright"
  put 0644 "$work/copyright" $doc/copyright
  for file in "$bundle"/licenses/*; do
    compressed "$file" "$doc/licenses/${file##*/}.gz"
  done
  compressed "$deploy/deb/penstock.1" usr/share/man/man1/penstock.1.gz
  put 0644 "$deploy/deb/lintian-overrides" usr/share/lintian/overrides/penstock
  put 0644 "$deploy/prometheus/alerts.yml" usr/share/penstock/prometheus/alerts.yml
  put 0644 "$deploy/grafana/penstock.json" usr/share/penstock/grafana/penstock.json
}

control() {
  for script in postinst prerm postrm; do
    put 0755 "$deploy/deb/$script" DEBIAN/$script
  done
  size=$(du -sk --apparent-size --exclude=DEBIAN "$root" | cut -f 1)
  sed -e "s/@VERSION@/$version/" -e "s/@SIZE@/$size/" -e "s/@MAINTAINER@/$maintainer/" "$deploy/deb/control.in" >"$root/DEBIAN/control"
  (cd "$root" && find . -path ./DEBIAN -prune -o -type f ! -path ./etc/penstock/penstock.yaml -print | LC_ALL=C sort |
    sed 's#^\./##' | tr '\n' '\0' | xargs -0 md5sum) >"$root/DEBIAN/md5sums"
}

version=$(version)
[ -n "$version" ] || fail "$bundle does not say its version"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root
mkdir -p "$root/DEBIAN" "$out"
program
units
documents
control
chmod -R go-w "$root"
find "$root" -type d -exec chmod 0755 {} +
chmod 0750 "$root/etc/penstock"
package=$out/penstock_${version}_amd64.deb
dpkg-deb --root-owner-group -Zxz -z"${PENSTOCK_DEB_LEVEL:-6}" --build "$root" "$package" >/dev/null
echo "$package"
