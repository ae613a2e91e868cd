#!/bin/bash
#
# Builds the nginx module against the headers of the installed nginx-dev.
#
#   tools/build-module.sh REPO BUILD
#
# Leaves BUILD/ngx_http_gmshoot_module.so and writes nowhere else.  Does
# nothing when no source has changed.

set -euo pipefail

if [ $# -ne 2 ]; then
    echo "usage: $0 REPO BUILD" >&2
    exit 2
fi

repo=$(cd "$1" && pwd)
mkdir -p "$2"
build=$(cd "$2" && pwd)
src=${NGINX_SRC:-/usr/share/nginx/src}
so=ngx_http_gmshoot_module.so
objs=$build/nginx-module

if [ ! -r "$src/conf_flags" ]; then
    echo "$0: no nginx headers in $src: install nginx-dev" >&2
    exit 1
fi

cc_opt='-g -O2 -fPIC'
ld_opt='-fPIC'

# What was built last is told by this text: options, nginx, list of files.
mkdir -p "$objs"
stamp=$(
    echo "$cc_opt $ld_opt"
    cksum "$src/conf_flags" "$repo/config"
    ls "$repo"/ipc/*.[ch] "$repo"/ngx_module/*.[ch]
)

if [ ! -f "$objs/Makefile" ] || [ "$stamp" != "$(cat "$objs/stamp" 2>/dev/null)" ]
then
    rm -f "$objs/stamp"
    (
        cd "$src"
        # shellcheck disable=SC1091
        . ./conf_flags
        ./configure "${NGX_CONF_FLAGS[@]}" \
            --with-cc-opt="$cc_opt" --with-ld-opt="$ld_opt" \
            --add-dynamic-module="$repo" --builddir="$objs"
    ) > "$objs/configure.log" 2>&1 || {
        cat "$objs/configure.log" >&2
        exit 1
    }
    echo "$stamp" > "$objs/stamp"
fi

if ! make -C "$src" -q -f "$objs/Makefile" modules > /dev/null 2>&1; then
    make -C "$src" -s -f "$objs/Makefile" modules > "$objs/make.log" 2>&1 || {
        cat "$objs/make.log" >&2
        exit 1
    }
fi

if [ ! -f "$build/$so" ] || [ "$objs/$so" -nt "$build/$so" ]; then
    cp "$objs/$so" "$build/$so.new"
    mv "$build/$so.new" "$build/$so"
fi
