#!/bin/bash
# How prove runs one test file: a .t by perl, a program by itself.  Where
# GMS_SAID names a folder, what it said is kept there.
set -u -o pipefail

said=/dev/null
[ -z "${GMS_SAID:-}" ] || said=$GMS_SAID/${1//\//+}

run() {
    case $1 in
        *.t) perl "$@" ;;
        # cmocka reports a test that was left out as "not ok N # SKIP name",
        # which TAP takes for a failure.
        *) "$@" | sed -u 's/^not ok \([0-9]*\) # SKIP /ok \1 # skip /' ;;
    esac
}

run "$@" 2> >(tee -a "$said" >&2) | tee -a "$said"
