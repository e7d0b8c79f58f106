#!/bin/bash
# fresh: tries the two commands of the README on a bare Debian 12 that has git and make, nothing else.
# usage: packaging/fresh.sh [TARGET...]      from the project's root, as root or with sudo; TARGET: demo test
#
# The system is made by debootstrap in a temporary directory, with the mirrors and the proxy of this machine, and
# removed at the end. What is tried is the last commit, cloned as a person would. All mounts and processes live in
# namespaces of their own and go with them, however this ends.
set -eu

suite=bookworm
targets=${*:-demo test}

if [ "$(id -u)" != 0 ]; then exec sudo --preserve-env=http_proxy,https_proxy,no_proxy "$0" "$@"; fi

# ---------------------------------------------------------------- inside the namespaces
if [ "${AIOS_FRESH_ROOT:-}" ]; then
    root=$AIOS_FRESH_ROOT
    mount -t proc proc "$root/proc"
    mount --rbind /dev "$root/dev"
    inside() {
        chroot "$root" env -i HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 \
            http_proxy="${http_proxy:-}" https_proxy="${https_proxy:-}" no_proxy="${no_proxy:-}" "$@"
    }
    inside apt-get -qq update
    inside env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 install -y --no-install-recommends git make >/dev/null
    inside git clone -q -c advice.detachedHead=false /root/aios.bundle /root/aios
    for target in $targets; do
        echo "== make $target on a bare $suite"
        began=$(date +%s)
        inside make -C /root/aios "$target"
        echo "== make $target: $(($(date +%s) - began)) s"
    done
    exit 0
fi

# ---------------------------------------------------------------- outside
"$(dirname "$0")/deps.sh" debootstrap git
[ -z "$(git status --porcelain)" ] || echo "note: what is not committed is not tried"
root=$(mktemp -d "${TMPDIR:-/tmp}/aios-fresh.XXXXXX")
chmod 755 "$root"
trap 'rm -rf --one-file-system "$root"' EXIT
trap 'exit 130' INT TERM

# this machine's own mirrors of the suite; none (another distribution): debootstrap's default
sources=$(apt-get indextargets --format 'deb $(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' 'Origin: Debian' |
    grep " $suite" | sort -u || true)
mirror=$(echo "$sources" | awk -v suite="$suite" '$3 == suite { print $2; exit }')

echo "== debootstrap $suite"
# shellcheck disable=SC2086  # no mirror: no word
debootstrap --variant=minbase "$suite" "$root" $mirror >"$root.log" 2>&1 || { tail -20 "$root.log"; rm -f "$root.log"; exit 1; }
rm -f "$root.log"
[ -z "$sources" ] || echo "$sources" >"$root/etc/apt/sources.list"
apt-config dump | grep -E '^Acquire::(http|https|Check-[A-Za-z-]+|Retries|ForceIPv4)[: ]' >"$root/etc/apt/apt.conf.d/90machine" || true
cp -L /etc/resolv.conf /etc/hosts "$root/etc/" 2>/dev/null || true
if [ -d /usr/local/share/ca-certificates ]; then cp -rL /usr/local/share/ca-certificates "$root/usr/local/share/"; fi
git bundle create -q "$root/root/aios.bundle" HEAD
AIOS_FRESH_ROOT=$root unshare --mount --pid --fork --kill-child bash "$0" $targets
