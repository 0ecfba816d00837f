#!/usr/bin/env bash
# The test of house.sh: break one rule at a time in a copy of the tree; it must be reported.
#
#   tests/house_planted.sh [BUILD_DIR]
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
build=$(cd "${1:-$root/build}" && pwd)
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$root"
mkdir "$tmp/tree" "$tmp/tree/tests"
cp -r host io models cl bench docs cmake data bootstrap.sh CMakeLists.txt "$tmp/tree/"
cp -r tests/*.* "$tmp/tree/tests/"
failed=0

# Run house.sh on the copy: it must fail and print $1, a pattern.
must_say() {
    local said
    if said=$("$tmp/tree/tests/house.sh" "$build" "$tmp/objects" 2>&1); then
        echo "not noticed: $1"
        failed=1
    elif ! grep -qE "$1" <<<"$said"; then
        printf 'wanted: %s\nbut house.sh says:\n%s\n' "$1" "$said"
        failed=1
    fi
    rm -rf "$tmp/objects"
}

# Compile the C on standard input as if it were file $1 of the tree.
plant_object() {
    mkdir -p "$tmp/objects/planted.dir/${1%/*}"
    "${CC:-cc}" -x c -c -o "$tmp/objects/planted.dir/$1.o" -
}

# Append a line to file $1 of the copy, check, and remove it.
with_line() { # file, line, what must be said
    echo "$2" >>"$tmp/tree/$1"
    must_say "$3"
    cp "$1" "$tmp/tree/$1"
}

"$tmp/tree/tests/house.sh" "$build"

with_line host/ops/adam.c '#include "detector/detector.h"' 'adam.c includes host/detector/detector.h'
with_line io/csv.c '#include "device/device.h"' 'csv.c includes host/device/device.h'
with_line host/cli/rows/rows.c '#include "../../ops/ops.h"' 'rows.c includes '
with_line host/ops/adam.c '#include <hdf5.h>' 'only io/h5/h5_inside.h does'
sed -i 's/^| `net` |\(.*\)| `models`/| `net` |\1| `detector` `models`/' "$tmp/tree/docs/design.md"
must_say 'host/net uses host/detector, which does not stand below it'
cp docs/design.md "$tmp/tree/docs/"

plant_object host/device/planted.c <<<'void egad_score_free(void *); void egad_planted_up(void) { egad_score_free(0); }'
must_say 'host/device/planted.c uses egad_score_free of host/detector/score.c'
plant_object host/cli/rows/planted.c <<<'void egad_gemm_append(void); void planted_inside(void) { egad_gemm_append(); }'
must_say 'planted.c uses egad_gemm_append of host/ops/gemm.c, which egad.h does not declare'
plant_object host/ops/one.c <<<'void egad_two_b(void); void egad_one_a(void) { egad_two_b(); }'
plant_object host/ops/two.c <<<'void egad_one_a(void); void egad_two_b(void) { egad_one_a(); }'
must_say 'in a circle: .*host/ops/(one|two).c'
plant_object host/ops/planted.c <<<'int egad_other_name(void) { return 0; }'
must_say 'planted.c defines egad_other_name'

mkdir "$tmp/tree/host/attic"
echo '/* x */' >"$tmp/tree/host/attic/x.c"
must_say 'host/attic is not in the table'
rm -r "$tmp/tree/host/attic"
{ echo '/* x */'; printf '\n%.0s' {1..500}; } >"$tmp/tree/host/ops/long.c"
must_say 'long.c has 501 lines'
rm "$tmp/tree/host/ops/long.c"
for i in $(seq 41); do echo '/* x */' >"$tmp/tree/models/x$i.h"; done
must_say 'models/ has [0-9]+ files'

[ "$failed" = 0 ] || exit 1
echo "house_planted: every planted violation is reported"
