#!/bin/sh
# The shared libraries that programs need from the system, and with dpkg, their packages.
#
#   needs.sh OUT PROGRAM...
set -eu
out=$1
shift

# The package of a library's file, which may be a symbolic link.
package() {
    file=$(readlink -f "$1")
    for name in "$1" "/usr$1" "$file" "${file#/usr}"; do
        dpkg -S "$name" 2>/dev/null | sed 's/:.*//;q' | grep . && return
    done
    echo -
}

system=$(sed -n 's/^PRETTY_NAME=//p' /etc/os-release 2>/dev/null | tr -d '"' || true)
{
    echo "Shared libraries that egad needs from the system, and their packages in"
    echo "${system:-this system}. \`ldd bin/egad | grep 'not found'\` lists the missing ones."
    echo "egad also needs an OpenCL driver: that of your GPU's vendor, or pocl-opencl-icd."
    echo
    for program; do
        { objdump -p "$program"; LC_ALL=C ldd "$program"; } |
            awk '$1 == "NEEDED" { wanted[$2] } $1 in wanted && $2 == "=>" { print $1, $3 }'
    done | sort -u | while read -r library path; do
        printf '%-24s %s\n' "$library" "$(package "$path")"
    done
} >"$out.new"
mv "$out.new" "$out"
