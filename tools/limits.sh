#!/bin/bash
# limits.sh FILES: no C file above 900 lines (800 is the aim), no function above
# 85: only a switch of sentences is that long, most are below 40.
exec awk '
FNR == 1 { if (n > 900) { print last ": " n " lines"; bad = 1 } start = 0 }
{ n = FNR; last = FILENAME }
/^[a-z_]+\(/ { name = $0; sub(/\(.*/, "", name) }
/^\{/ { start = FNR }
/^\}/ {
    if (start && FNR - start - 1 > 85) {
        print FILENAME ": " name ": " FNR - start - 1 " lines"
        bad = 1
    }
    start = 0
}
END { if (n > 900) { print last ": " n " lines"; bad = 1 } exit bad }
' "$@"
