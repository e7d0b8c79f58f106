#!/bin/sh
# deps: installs the Debian packages named, when one is missing; says and does nothing when all are there.
# usage: packaging/deps.sh PACKAGE...
set -eu

missing=
present=$(dpkg-query -W -f='${Package} ${db:Status-Status}\n' "$@" 2>/dev/null) || true
for package in "$@"; do
    case "
$present
" in
    *"
$package installed
"*) ;;
    *) missing="$missing $package" ;;
    esac
done
[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null; then
    echo "aios: this is not Debian; install what these packages hold, then run make:$missing" >&2
    exit 1
fi
root=
if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || { echo "aios: run as root: apt-get install$missing" >&2; exit 1; }
    root=sudo
fi
echo "installing:$missing"
quiet="-qq -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 -o Dpkg::Use-Pty=0"
# shellcheck disable=SC2086  # words on purpose
{
    $root apt-get $quiet update
    $root env DEBIAN_FRONTEND=noninteractive apt-get $quiet install -y --no-install-recommends $missing >/dev/null
}
