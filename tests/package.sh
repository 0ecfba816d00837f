#!/usr/bin/env bash
# Check the packages of `cpack`: contents, dependencies, and that the tarball's program
# runs from any folder.
#
#   tests/package.sh [BUILD_DIR]        BUILD_DIR is build/ unless named
#
# Without dpkg-shlibdeps and file (Debian: dpkg-dev, file) only the tarball is made.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
build=$(cd "${1:-$here/../build}" && pwd)
export LC_ALL=C

fail() { echo "package: $*" >&2; exit 1; }

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
kinds=TGZ
command -v dpkg-shlibdeps >/dev/null && command -v file >/dev/null && kinds="TGZ;DEB"
(cd "$build" && cpack -G "$kinds" -B "$tmp/made") >"$tmp/log" 2>&1 || { cat "$tmp/log"; exit 1; }

# A folder unknown at build time.
mkdir "$tmp/some where"
tar -C "$tmp/some where" -xf "$tmp"/made/egad-*.tar.gz
cd "$tmp/some where"/egad-*
find . -type f | sed 's/^..//' | sort >"$tmp/tarball"
for file in bin/egad bin/egad-bench include/egad.h lib/libegad.a share/doc/egad/{NEEDS,README.md} \
    share/doc/egad/{SECURITY,CHANGELOG}.md share/doc/egad/LICENSE \
    share/bash-completion/completions/egad{,-bench} share/man/man1/egad{,-bench}.1; do
    [ -s "$file" ] || fail "there is no $file in the tarball"
done
! grep -rlF "$build" . || fail "these name the folder that egad was built in"
! objdump -p bin/* lib/libegad.so | grep -E 'RUNPATH|RPATH' || fail "these look for libraries elsewhere"
bin/egad --version | grep '^egad [0-9.]*$'
bin/egad --version | grep -qE '^commit +[^ ]+$' || fail "--version names no commit"
bin/egad --version | grep -qE '^built with OpenCL [0-9.]+, CLBlast [0-9.]+, .*cairo [0-9.]+$' ||
    fail "--version does not name the libraries: $(bin/egad --version)"
bin/egad-bench --version | grep -q '^egad-bench [0-9.]*$' || fail "egad-bench has no --version"

# NEEDS lists exactly the libraries that are loaded.
objdump -p bin/egad bin/egad-bench lib/libegad.so | awk '$1 == "NEEDED" { print $2 }' |
    grep -v '^libegad\|^ld-' | sort -u >"$tmp/needed"
awk '$1 ~ /^lib.*[.]so/ { print $1 }' share/doc/egad/NEEDS | sort -u >"$tmp/said"
diff "$tmp/needed" "$tmp/said" || fail "NEEDS is wrong: < needed, > said"

# The manual page is valid and has the help of every command.
commands=$(grep -c '^\.SS' share/man/man1/egad.1)
[ "$commands" -gt 15 ] || fail "egad.1 has $commands commands"
for name in egad egad-bench; do
    grep -q '^\.SH NAME$' share/man/man1/$name.1 || fail "$name.1 has no NAME"
    ! command -v man >/dev/null || MANWIDTH=100 man -l share/man/man1/$name.1 2>"$tmp/man" |
        grep -q 'EXIT STATUS' || fail "man cannot show $name.1"
    [ ! -s "$tmp/man" ] || fail "$name.1: $(cat "$tmp/man")"
done
grep -q '^usage: egad data import csv FILE' share/man/man1/egad.1 || fail "egad.1 lacks a usage"

[ "$kinds" != TGZ ] || { echo "package: the tarball is good; no dpkg-shlibdeps or file for a .deb"; exit; }
deb=$(echo "$tmp"/made/egad_*.deb)
field() { dpkg-deb --field "$deb" "$1"; }
[ "$(field Recommends)" = "pocl-opencl-icd | opencl-icd, ca-certificates" ] ||
    fail "it recommends $(field Recommends)"
[ "$(field Version)" = "$(bin/egad --version | sed -n '1s/egad //p')" ] || fail "version $(field Version)"
while read -r library package; do
    case $library in lib*.so*) ;; *) continue ;; esac
    [ "$package" != - ] || fail "$library is of no package"
    field Depends | grep -qE "(^|[ ,|])${package//./\\.}( |,|$)" ||
        fail "the .deb does not depend on $package, for $library: $(field Depends)"
done <share/doc/egad/NEEDS
dpkg-deb --fsys-tarfile "$deb" | tar -t | sed -n 's,^\./usr/\(.*[^/]\)$,\1,p' | sort |
    grep -v 'libegad.so\(.0\)\?$' >"$tmp/deb"
diff "$tmp/tarball" "$tmp/deb" || fail "< the tarball and > the .deb hold different files"
echo "package: the tarball and the .deb are good"
