#!/bin/bash
# What may be asked of a history at worst, without a pause until killed: by
# pages through nginx, three at a time, and a session written as a page to
# print.  Who asks gives way: members' browsers are other computers.  For
# bench/latency.sh; variables: BUILD PORT STATE.
set -u

url=http://127.0.0.1:$PORT/api
session=$(curl -s "$url/lanes/lane1/session" |
    sed -n 's/.*"id":"\(lane1-[^"]*\)".*/\1/p')

ask() {
    while :; do
        for what in heat 'stats?by=lane' 'stats?by=day' 'stats?by=target' \
            'sessions?limit=200' "trends?shooter=shooter$1" \
            "bests?shooter=shooter$1" "heat?shooter=shooter$1" system
        do
            nice -n 19 curl -s -o /dev/null "$url/$what"
        done
    done
}

ask 3 &
ask 40 &
ask 77 &

while :; do
    "$BUILD/gmshoot" export --state "$STATE" --format html "$session" \
        > /dev/null
done
