#!/bin/bash
# certificate.sh DIR: an authority of this range's own, made once, and a
# certificate by it for the names and addresses that this computer has now;
# made anew when those change or it grows old.  Prints the first address.
#
# Phones are to trust the authority, so it can vouch for nothing but private
# networks, names that mean something in those alone, and what this computer
# was called when it was made.
set -eu
umask 077

dir=$1
mkdir -p "$dir"

names=$( (hostname; hostname -f; echo "$(hostname -s).local"; echo localhost) \
    2> /dev/null | tr '[:upper:]' '[:lower:]' |
    grep -xE '[a-z0-9]([a-z0-9.-]*[a-z0-9])?' | sort -u)
addresses=$( (hostname -I; echo 127.0.0.1 ::1) 2> /dev/null | tr ' ' '\n' |
    grep -xE '[0-9.]+|[0-9a-f:]+' | grep -v '^fe80:' || true)

# openssl tells how it goes: only what went wrong is shown.
quietly() {
    openssl "$@" 2> "$dir/error" || { cat "$dir/error" >&2; exit 1; }
}

# An address that is all of a constraint.
whole() {
    case $1 in
        *:*) echo "$1/ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff" ;;
        *) echo "$1/255.255.255.255" ;;
    esac
}

if [ ! -s "$dir/ca.key" ] || [ ! -s "$dir/ca.crt" ]; then
    {
        echo '[req]'
        echo 'distinguished_name = name'
        echo 'x509_extensions = authority'
        echo 'prompt = no'
        echo '[name]'
        echo "CN = GMShoot range on $(hostname -s)"
        echo '[authority]'
        echo 'basicConstraints = critical, CA:TRUE, pathlen:0'
        echo 'keyUsage = critical, keyCertSign, cRLSign'
        echo 'subjectKeyIdentifier = hash'
        echo 'nameConstraints = critical, @allowed'
        echo '[allowed]'
        n=0
        for name in $names local lan home.arpa internal; do
            echo "permitted;DNS.$n = $name"
            n=$((n + 1))
        done
        for net in 10.0.0.0/255.0.0.0 172.16.0.0/255.240.0.0 \
            192.168.0.0/255.255.0.0 169.254.0.0/255.255.0.0 \
            127.0.0.0/255.0.0.0 fc00::/fe00:: "$(whole ::1)" \
            $(for address in $addresses; do whole "$address"; done)
        do
            echo "permitted;IP.$n = $net"
            n=$((n + 1))
        done
    } > "$dir/ca.conf"
    quietly req -x509 -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
        -days 3650 -config "$dir/ca.conf" -keyout "$dir/ca.key" \
        -out "$dir/ca.new"
    rm -f "$dir/range.crt"
    chmod a+r "$dir/ca.new"
    mv "$dir/ca.new" "$dir/ca.crt"
fi

# Only what the authority may vouch for.
own=$(grep -oE '^permitted;IP\.[0-9]+ = [^/]+' "$dir/ca.conf" | sed 's/.* = //')
may() {
    case $1 in
        10.* | 192.168.* | 169.254.* | 127.* | f[cd]*:*) return 0 ;;
        172.1[6-9].* | 172.2[0-9].* | 172.3[01].*) return 0 ;;
    esac
    echo "$own" | grep -qxF "$1"
}

for address in $addresses; do
    may "$address" && allowed="${allowed:-} $address"
done

{
    echo 'basicConstraints = critical, CA:FALSE'
    echo 'keyUsage = critical, digitalSignature'
    echo 'extendedKeyUsage = serverAuth'
    echo 'subjectAltName = @names'
    echo '[names]'
    n=0
    for name in $names; do
        if grep -qE "^permitted;DNS\.[0-9]+ = ${name//./\\.}$" "$dir/ca.conf" ||
            [[ $name =~ \.(local|lan|internal|home\.arpa)$ ]]
        then
            echo "DNS.$n = $name"
            n=$((n + 1))
        fi
    done
    for address in $allowed; do
        echo "IP.$n = $address"
        n=$((n + 1))
    done
} > "$dir/range.ext.new"

# A month before its end; phones take none that lasts longer than this.
if ! cmp -s "$dir/range.ext.new" "$dir/range.ext" || [ ! -s "$dir/range.crt" ] ||
    ! openssl x509 -in "$dir/range.crt" -noout -checkend 2592000 > /dev/null
then
    quietly req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
        -subj "/CN=$(hostname -s)" -keyout "$dir/range.key" \
        -out "$dir/range.csr"
    quietly x509 -req -in "$dir/range.csr" -CA "$dir/ca.crt" \
        -CAkey "$dir/ca.key" -CAcreateserial -days 397 \
        -extfile "$dir/range.ext.new" -out "$dir/range.crt"
fi
mv "$dir/range.ext.new" "$dir/range.ext"
rm -f "$dir/error" "$dir/range.csr"

# For a device that knows neither name: the first that is not the computer's
# own name for itself.
for address in $allowed; do
    case $address in
        127.* | *:*) ;;
        *) echo "$address"; exit 0 ;;
    esac
done
echo localhost
