#!/bin/sh
# Installs what is missing of tools/packages for the purposes named as
# arguments (build test lint ...).  Asks for sudo only when something is
# missing and the user is not root.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
wanted=""

for purpose in "$@"; do
    wanted="$wanted $(awk -v p="$purpose" '!/^#/ && $2 == p { print $1 }' \
        "$here/packages")"
done

missing=""
for package in $wanted; do
    case $package in
        # A node that is not Debian's does as well.
        nodejs) command -v node >/dev/null 2>&1 && continue ;;
        npm) command -v npm >/dev/null 2>&1 && continue ;;
    esac
    dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null |
        grep -qx installed || missing="$missing $package"
done

[ -n "$missing" ] || exit 0

sudo=""
if [ "$(id -u)" != 0 ]; then
    if ! command -v sudo >/dev/null 2>&1; then
        echo "missing packages, and neither root nor sudo:$missing" >&2
        exit 1
    fi
    sudo=sudo
fi

echo "installing:$missing"

# Debian starts a service as soon as it is installed: a second nginx would
# serve port 80 that nobody asked for.
quiet=""
case " $missing " in
    *" nginx "*)
        if [ ! -e /usr/sbin/policy-rc.d ]; then
            quiet=/usr/sbin/policy-rc.d
            printf '#!/bin/sh\nexit 101\n' | $sudo tee $quiet >/dev/null
            $sudo chmod 755 $quiet
            trap '$sudo rm -f $quiet' EXIT
            trap 'exit 1' INT TERM
        fi
        ;;
esac

$sudo apt-get update -qq
# shellcheck disable=SC2086
$sudo env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends $missing

case " $missing " in
    *" nginx "*)
        if [ -d /run/systemd/system ]; then
            $sudo systemctl disable --now nginx.service >/dev/null 2>&1 || true
        else
            # The next boot must not start it either.
            $sudo update-rc.d nginx disable >/dev/null 2>&1 || true
        fi
        ;;
esac
