#!/bin/bash
# make bench: latency of a simulated 720p30 lane through the real worker and
# the real nginx to one SSE client; text here, JSON in $GMS_BUILD/bench/.
# HISTORY=2000000 gives the worker a history of so many shots, and lets its
# heaviest questions and exports of the session run in every second stretch.
set -eu

repo=$(cd "$(dirname "$0")/.." && pwd)
build=${GMS_BUILD:-$repo/build}
shots=${SHOTS:-60}
run=$(mktemp -d)
out=$build/bench/latency.json
port=$(perl -MIO::Socket::INET -e \
    'print IO::Socket::INET->new(Listen => 1, LocalAddr => "127.0.0.1")->sockport')

mkdir -p "$build/bench" "$run/state"
load=()

if [ -n "${HISTORY:-}" ]; then
    "$build/bench/history" --shots "$HISTORY" --runs 1 "$run/state/history.db" |
        head -n 1
    load=(-e "BUILD=$build PORT=$port STATE=$run/state $repo/bench/busy.sh")
    out=$build/bench/latency-history.json
fi

stop() {
    kill -TERM "$system" 2>/dev/null || true
    wait "$system" 2>/dev/null || true
    rm -rf "$run"
}

BUILD=$build RUN=$run PORT=$port RANGES=$repo/bench/latency.conf \
    "$repo/tools/run.sh" > "$run/log" 2>&1 &
system=$!
trap stop EXIT

for _ in $(seq 100); do
    curl -sf "http://127.0.0.1:$port/api/lanes/lane1" 2>/dev/null |
        grep -q '"origin":"auto"' && break
    sleep 0.1
done

echo "A simulated 720p30 lane, $shots shots, $(nproc) cores"
"$build/bench/latency" -p "$port" -n "$shots" -w "$(cat "$run/worker.pid")" \
    -x "$(cat "$run/nginx.pid")" -j "$out" "${load[@]}" || {
    tail -n 20 "$run/log" >&2
    exit 1
}
echo "  JSON: ${out#"$repo"/}"
