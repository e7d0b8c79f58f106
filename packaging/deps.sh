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
# another package may provide it: the nodejs of other sources brings npm
if [ -n "$missing" ]; then
    provided=" $(dpkg-query -W -f='${db:Status-Status} ${Provides}, ' 2>/dev/null | tr ',()=' '    ') "
    wanted=$missing missing=
    for package in $wanted; do
        case "$provided" in
        *" $package "*) ;;
        *) missing="$missing $package" ;;
        esac
    done
fi
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
