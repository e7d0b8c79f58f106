#!/bin/sh
# corpus: a large body of Lua that other people wrote, from Debian's archive, for the tests: 13 MB in 1,400 files.
# usage: packaging/corpus.sh DIRECTORY      does nothing when it is there already
set -eu

target=$1
packages="nmap-common prosody awesome luakit lua-penlight lua-busted lua-unit lua-luassert lua-ldoc lua-http lua-argparse
lua-moses lua-lgi lua-copas lua-markdown lua-inspect lua-cosmo lua-lpeg-patterns lua-say"
[ ! -d "$target" ] || exit 0
if ! command -v apt-get >/dev/null || ! command -v dpkg-deb >/dev/null; then
    echo "aios: this is not Debian; the tests go without its Lua programs" >&2
    exit 0
fi

work=$(mktemp -d "$target.XXXXXX")
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"
echo "fetching Lua programs from Debian's archive"
cd "$work"
mkdir unpacked files
for package in $packages; do
    # a package that this release does not have is not missed
    apt-get -qq -o Acquire::Retries=3 -o APT::Sandbox::User=root download "$package" 2>/dev/null || continue
    dpkg-deb -x "$package"_*.deb unpacked
done
number=0
find unpacked -type f \( -name '*.lua' -o -name '*.nse' \) | sort | while read -r file; do
    number=$((number + 1))
    cp "$file" "files/$number-$(basename "$file")"
done
cd - >/dev/null
if [ -z "$(ls "$work/files")" ]; then
    echo "aios: nothing came from the archive (apt-get update?); the tests go without its Lua programs" >&2
    exit 0
fi
mv "$work/files" "$target"
