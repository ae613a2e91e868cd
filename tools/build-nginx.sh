#!/bin/bash
#
# Builds an nginx from source with the module static in it, the address and
# undefined behaviour sanitizers in both, and every allocation from a pool an
# allocation of its own, so that no overrun hides in a pool.
#
#   tools/build-nginx.sh REPO RELEASE FOLDER
#
# Fetches the source of Debian's RELEASE first when FOLDER/src is not there;
# leaves FOLDER/objs/nginx.  Does nothing when no source has changed.

set -euo pipefail

if [ $# -ne 3 ]; then
    echo "usage: $0 REPO RELEASE FOLDER" >&2
    exit 2
fi

repo=$(cd "$1" && pwd)
release=$2
mkdir -p "$3"
folder=$(cd "$3" && pwd)
objs=$folder/objs

[ -d "$folder/src" ] ||
    "$repo/tools/nginx-source.sh" "$release" "$folder"

san='-fsanitize=address,undefined'
cc_opt="-g -O1 -fno-omit-frame-pointer $san"
cc_opt="$cc_opt -DNGX_DEBUG_PALLOC=1 -DNGX_DEBUG_MALLOC=1"

# The modules of Debian's nginx that conf/ and the tests use.
options=(
    --builddir="$objs" --prefix="$folder" --with-debug --with-compat
    --with-pcre-jit --with-threads --with-http_ssl_module
    --with-http_v2_module --with-http_realip_module
    --with-http_auth_request_module --with-http_stub_status_module
    --with-cc-opt="$cc_opt" --with-ld-opt="$san" --add-module="$repo"
)

# What was built last is told by this text: options, nginx, list of files.
mkdir -p "$objs"
stamp=$(
    echo "${options[@]}"
    cksum "$repo/config" "$folder/src/src/core/nginx.h"
    ls "$repo"/ipc/*.[ch] "$repo"/ngx_module/*.[ch]
)

cd "$folder/src"

if [ "$stamp" != "$(cat "$objs/stamp" 2>/dev/null)" ]; then
    rm -f "$objs/stamp"
    ./configure "${options[@]}" > "$objs/configure.log" 2>&1 || {
        cat "$objs/configure.log" >&2
        exit 1
    }
    echo "$stamp" > "$objs/stamp"
fi

# Of its own, whatever make it is called by lets run at a time.
unset MAKEFLAGS MFLAGS MAKELEVEL

if ! make -q -f "$objs/Makefile" binary > /dev/null 2>&1; then
    echo "  NGX $objs/nginx"
    make -j"$(nproc)" -s -f "$objs/Makefile" binary \
        > "$objs/make.log" 2>&1 || {
        cat "$objs/make.log" >&2
        exit 1
    }
fi
