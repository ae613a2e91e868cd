#!/bin/sh
# Unpacks Debian's arm64 libraries that the worker needs into a folder, for
# cross-building and for running under qemu.  The system's own package
# database is not touched: apt works on one that begins empty.
#
#   tools/arm64-root.sh FOLDER
set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$1
list=$(awk '!/^#/ && $2 == "build" && $1 ~ /^lib/ && $1 !~ /^libc6/ {
    print $1 }' "$here/packages")

apt=$root/.apt
rm -rf "$root"
mkdir -p "$apt/state/lists/partial" "$apt/cache/archives/partial"
: >"$apt/state/status"

arm64_apt() {
    apt-get -qq -o APT::Architecture=arm64 -o APT::Architectures::=arm64 \
        -o APT::Sandbox::User=root -o "Dir::State=$apt/state" \
        -o "Dir::State::status=$apt/state/status" \
        -o "Dir::Cache=$apt/cache" "$@"
}

cd "$root"
apt=$PWD/.apt
arm64_apt update
# shellcheck disable=SC2086
arm64_apt install --download-only --no-install-recommends -y $list
for deb in "$apt"/cache/archives/*.deb; do
    dpkg-deb -x "$deb" "$PWD"
done
rm -rf "$apt"
