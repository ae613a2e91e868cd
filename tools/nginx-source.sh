#!/bin/sh
# Fetches and unpacks the source of Debian's nginx of a release, patched as
# Debian builds it.  The system's lists of packages are neither used nor
# changed, and no root is needed: apt works on lists of its own.
#
#   tools/nginx-source.sh RELEASE FOLDER
#
# Leaves FOLDER/src.
set -eu

release=$1
mkdir -p "$2"
folder=$(cd "$2" && pwd)
apt=$folder/apt
keys=/usr/share/keyrings/debian-archive-keyring.gpg

rm -rf "$apt" "$folder/src"
mkdir -p "$apt/state/lists/partial" "$apt/cache/archives/partial"
: >"$apt/state/status"
echo "deb-src [signed-by=$keys] http://deb.debian.org/debian $release main" \
    >"$apt/sources.list"

own_apt() {
    apt-get -qq -o Dir::Etc::sourcelist="$apt/sources.list" \
        -o Dir::Etc::sourceparts=- -o Dir::State="$apt/state" \
        -o Dir::State::status="$apt/state/status" \
        -o Dir::Cache="$apt/cache" -o APT::Sandbox::User="$(id -un)" \
        -o Acquire::Languages=none -o Acquire::Retries=2 \
        -o APT::Update::Error-Mode=any "$@"
}

fail() {
    cat "$folder/fetch.log" >&2
    echo "$0: no source of nginx of Debian $release: is deb.debian.org" \
        "within reach?  Nothing was built." >&2
    exit 1
}

cd "$apt"
own_apt update >"$folder/fetch.log" 2>&1 || fail
own_apt source nginx >>"$folder/fetch.log" 2>&1 || fail
mv "$apt"/nginx-*/ "$folder/src"
rm -rf "$apt"
