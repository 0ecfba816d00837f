#!/usr/bin/env bash
# Install egad under a temporary prefix and use it as another project would: through
# pkg-config and find_package, from C and, with a compiler, C++.  With an OpenCL device,
# one of the programs trains, saves, scores and explains.
#
#   tests/install.sh [BUILD_DIR]        BUILD_DIR is build/ unless named
#
# CC, CFLAGS and CMAKE_GENERATOR are those that egad was built with, as ctest sets them.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
build=$(cd "${1:-$here/../build}" && pwd)
: "${CC:=cc}" "${CFLAGS:=}"
export CMAKE_GENERATOR=${CMAKE_GENERATOR:-Ninja}
case $(basename "$CC") in
    *clang*) cxx=clang++ ;;
    *) cxx=c++ ;;
esac
cxx=$(command -v "$cxx" || true)
read -ra flags <<<"$CFLAGS"

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cmake --install "$build" --prefix "$tmp/prefix" >"$tmp/install.log"
library=$(dirname "$(find "$tmp/prefix" -name libegad.so)")
export LD_LIBRARY_PATH=$library${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
export PKG_CONFIG_PATH=$library/pkgconfig

strict=(-Wall -Wextra -Wpedantic -Werror)
read -ra egad <<<"$(pkg-config --cflags --libs egad)"
"$CC" "${flags[@]}" -std=c17 "${strict[@]}" "$here/install/user.c" "${egad[@]}" -o "$tmp/pc"
cmake -S "$here/install" -B "$tmp/user" -DCMAKE_C_COMPILER="$CC" -DCMAKE_C_FLAGS="$CFLAGS" \
    -DCMAKE_CXX_COMPILER="$cxx" -DCMAKE_CXX_FLAGS="$CFLAGS" -DCMAKE_PREFIX_PATH="$tmp/prefix" \
    >"$tmp/cmake.log" || { cat "$tmp/cmake.log"; exit 1; }
cmake --build "$tmp/user" >"$tmp/cmake.log" || { cat "$tmp/cmake.log"; exit 1; }
programs=("$tmp/pc" "$tmp/user/user_shared" "$tmp/user/user_static")
if [ -n "$cxx" ]; then
    "$cxx" "${flags[@]}" "${strict[@]}" "$here/install/user.cpp" "${egad[@]}" -o "$tmp/pc_cpp"
    programs+=("$tmp/pc_cpp" "$tmp/user/user_cpp")
fi

"$CC" "${flags[@]}" -std=c17 "${strict[@]}" "$here/install/detect.c" "${egad[@]}" -o "$tmp/pc_detect"
for program in "$tmp/pc_detect" "$tmp/user/detect_static"; do
    code=0
    got=$("$program" "$tmp/model.h5") || code=$?
    echo "$(basename "$program"): $got"
    [ $code = 77 ] || [ "$code $got" = "0 row 123 is odd, by column 2 of 3" ] ||
        { echo "install: wanted row 123 and column 2, or no device"; exit 1; }
done

want="egad $(pkg-config --modversion egad), f1 1"
for program in "${programs[@]}"; do
    got=$("$program")
    echo "$(basename "$program"): $got"
    [ "$got" = "$want" ] || { echo "install: wanted '$want'"; exit 1; }
done
