#!/bin/bash
# Starts the worker and nginx in the foreground on generated configuration;
# Ctrl-C ends both.  Called by `make run`; variables: BUILD PORT RANGES
# CAMERA TARGET CALIBER DISTANCE WORKER_ARGS; TLS=1 TLS_PORT for https, too.
set -eu

repo=$(cd "$(dirname "$0")/.." && pwd)
build=$(cd "${BUILD:-$repo/build}" && pwd)
port=${PORT:-8080}
run=${RUN:-$build/run}
ranges=${RANGES:-$repo/conf/ranges/demo.conf}

fail() {
    echo "gmshoot: $*" >&2
    exit 1
}

for number in "$port" "${TLS_PORT:-8443}"; do
    case $number in
        '' | *[!0-9]*) fail "PORT=$number is not a number" ;;
    esac
done

mkdir -p "$run/state" "$run/tmp"

# One's own camera becomes a range of its own.
if [ -n "${CAMERA:-}" ]; then
    [ -n "${TARGET:-}" ] || fail "CAMERA= needs TARGET=, one of:
$("$build/gmshoot" targets)"
    [ -n "${CALIBER:-}" ] || fail "CAMERA= needs CALIBER=, like CALIBER=9mm"
    ranges=$run/camera.conf
    {
        echo "gmshoot_range lane1 {"
        echo "    title    \"Lane 1\";"
        echo "    camera   $CAMERA;"
        echo "    target   $TARGET;"
        echo "    caliber  $CALIBER;"
        [ -z "${DISTANCE:-}" ] || echo "    distance $DISTANCE;"
        echo "}"
    } > "$ranges"
fi

[ -r "$ranges" ] || fail "cannot read RANGES=$ranges"
ranges=$(realpath "$ranges")

if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
    fail "port $port is in use: choose another with PORT="
fi

# Where other devices find the pages; with https also where one gets what it
# needs to trust them.
host=$(hostname -I 2> /dev/null | awk -v RS=' ' '!/:/ { print $1; exit }')
origin=http://${host:-localhost}:$port
tls=""

if [ -n "${TLS:-}" ]; then
    tls_port=${TLS_PORT:-8443}
    if (exec 3<>"/dev/tcp/127.0.0.1/$tls_port") 2>/dev/null; then
        fail "port $tls_port is in use: choose another with TLS_PORT="
    fi
    command -v openssl > /dev/null || fail "TLS=1 needs the program openssl"
    host=$("$repo/tools/certificate.sh" "$run/tls")
    trust=http://$host:$port/trust.html
    origin=https://$host:$tls_port
    qrencode -t SVG --inline -s 4 -m 2 -o "$run/tls/trust.svg" "$trust" || exit 1
    printf '{"origin":"%s","trust":"%s"}\n' "$origin" "$trust" \
        > "$run/tls/tls.json"
    tls="include $run/tls/server.conf;"
    sed -e "s|%%RUN%%|$run|g" -e "s|%%PORT%%|$tls_port|g" \
        "$repo/conf/run-tls.conf.in" > "$run/tls/server.conf"
fi

user=""
[ "$(id -u)" != 0 ] || user="user root;"

sed -e "s|%%USER%%|$user|g" \
    -e "s|%%MODULE%%|$build/ngx_http_gmshoot_module.so|g" \
    -e "s|%%RUN%%|$run|g" \
    -e "s|%%REPO%%|$repo|g" \
    -e "s|%%PORT%%|$port|g" \
    -e "s|%%RANGES%%|$ranges|g" \
    -e "s|%%TLS%%|$tls|g" \
    "$repo/conf/run.conf.in" > "$run/nginx.conf"

nginx -t -q -e stderr -p "$run" -c "$run/nginx.conf" || exit 1

worker=""
web=""

# The way out, whatever led to it: end both, wait for both, leave no socket.
stop() {
    trap - EXIT
    trap '' INT TERM
    [ -z "$web" ] || kill -QUIT "$web" 2>/dev/null || true
    [ -z "$worker" ] || kill -TERM "$worker" 2>/dev/null || true
    # nginx lets its clients finish, but whoever pressed Ctrl-C does not wait
    # for one that never does; a signal that came before its master listened
    # to any is sent again.
    for signal in QUIT TERM; do
        for _ in $(seq 20); do
            kill -0 "${web:-none}" 2>/dev/null || break 2
            sleep 0.1
        done
        kill "-$signal" "$web" 2>/dev/null || true
    done
    [ -z "$web" ] || wait "$web" 2>/dev/null || true
    [ -z "$worker" ] || wait "$worker" 2>/dev/null || true
    rm -f "$run/link.sock"
}
trap stop EXIT
trap 'exit 0' INT TERM

# Sessions of their own keep Ctrl-C from reaching them before stop() does.
setsid "$build/gmshoot" worker --state "$run/state" --link "$run/link.sock" &
worker=$!
echo "$worker" > "$run/worker.pid"
setsid nginx -e stderr -p "$run" -c "$run/nginx.conf" &
web=$!

for _ in $(seq 100); do
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && break
    kill -0 "$web" 2>/dev/null || exit 1
    kill -0 "$worker" 2>/dev/null || exit 1
    sleep 0.05
done

echo
echo "    GMShoot runs on http://localhost:$port   (Ctrl-C ends it)"
if [ -n "$tls" ]; then
    echo "    From elsewhere: $origin"
    echo "    Each device trusts it after a visit to $trust"
    qrencode -t UTF8 -m 2 "$trust" | sed 's/^/    /'
fi

# Only who sits here may change anything, until a device was let in: the link
# for the first one.
ctl() {
    "$build/gmshoot" ctl --link "$run/link.sock" . "$@" 2> /dev/null
}
if ! ctl devices.get | grep -q '"joined":true'; then
    link=$(ctl devices.add "{\"name\":\"First device\",\"role\":\"admin\",
        \"address\":\"$origin\"}" |
        sed -n 's/.*"link":"\([^"]*\)".*/\1/p')
    [ -z "$link" ] ||
        echo "    From a tablet, once, within an hour: $link"
fi
echo

# When either ends by itself, so does the other.
wait -n "$worker" "$web" || exit 1
