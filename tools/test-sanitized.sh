#!/bin/bash
# Runs test files, one at a time, with an nginx that has the sanitizers, and
# tells which ran and which were left out.  Fails when a test does, when none
# ran, and on any report of a sanitizer, of whichever process: each writes its
# own into BUILD/reports/NAME/, where a test that takes no notice of it cannot
# hide it.
#
#   tools/test-sanitized.sh BUILD NAME TEST...
#
# nginx is that of BUILD/nginx/NAME.
set -uo pipefail

if [ $# -lt 3 ]; then
    echo "usage: $0 BUILD NAME TEST..." >&2
    exit 2
fi

build=$1
name=$2
shift 2
reports=$build/reports/$name

rm -rf "$reports"
mkdir -p "$reports"

export GMS_NGINX=$build/nginx/$name/objs/nginx
export GMS_REPORTS=$reports
export ASAN_OPTIONS="log_path=$reports/other:${ASAN_OPTIONS:-}"
export UBSAN_OPTIONS="log_path=$reports/other:${UBSAN_OPTIONS:-}"
export LSAN_OPTIONS="log_path=$reports/other:${LSAN_OPTIONS:-}"

prove --timer "$@" 2>&1 | tee "$reports.txt"
rc=$?

ran=$(grep -cE '\.\.+ (ok|Dubious|Failed|All)|^Dubious' "$reports.txt")
left=$(grep -E '\.\.+ skipped:' "$reports.txt")
found=$(find "$reports" -type f -size +0 | sort)

echo "nginx of $name: $ran of $# files ran"

if [ -n "$left" ]; then
    echo "left out:"
    echo "$left"
fi

if [ -n "$found" ]; then
    echo "reports of sanitizers:"
    # shellcheck disable=SC2086
    head -n 30 $found
    rc=1
fi

[ "$ran" -gt 0 ] || rc=1

exit "$rc"
