#!/usr/bin/env bash
# From a fresh checkout to a working egad.
#
#   ./bootstrap.sh demo     build, then train and evaluate a detector on a sample of MNIST
#   ./bootstrap.sh test     build and run the tests; exits with ctest's status
#   ./bootstrap.sh build    build only: build/egad, build/libegad.so, build/libegad.a
#
#   --no-install            install nothing: list missing packages and stop
#
# On Debian and Ubuntu, missing packages are installed with apt (as root, or by sudo);
# PoCL, an OpenCL device on the CPU, only if no OpenCL device is there yet.
set -euo pipefail
cd "$(dirname "$0")"

packages=(gcc libc6-dev cmake ninja-build pkg-config
    ocl-icd-opencl-dev opencl-headers libclblast-dev libclfft-dev libhdf5-dev liblapacke-dev libcsv-dev
    librandom123-dev libmd-dev libpopt-dev libjansson-dev zlib1g-dev libzip-dev libmatio-dev
    libpng-dev libgraphicsmagick1-dev libcurl4-openssl-dev libcairo2-dev fonts-dejavu-core)
test_packages=(check python3-h5py python3-pil python3-scipy python3-venv dpkg-dev file)
device_package=pocl-opencl-icd

fail() { echo "bootstrap.sh: $*" >&2; exit 1; }
usage() { sed -n '4,8s/^# \{0,3\}//p' "$0"; }

# Print a command and run it.
run() { printf '\n$ %s\n' "$*"; "$@"; }

# The same; on anything but a terminal, without the lines that only show progress: those that
# begin with this pattern.
run_without() {
    if [ -t 1 ]; then
        run "${@:2}"
    else
        run "${@:2}" | sed -uE "\\,^($1),d"
    fi
}

# ---- packages -------------------------------------------------------------------------

missing_packages() {
    local package
    for package in "$@"; do
        [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] ||
            echo "$package"
    done
}

install_packages() {
    local root=()
    [ "$(id -u)" = 0 ] || root=(sudo)
    [ "$(id -u)" = 0 ] || command -v sudo >/dev/null ||
        fail "not root and no sudo; please install: $*"
    [ -n "${apt_updated:-}" ] || run "${root[@]}" apt-get update -qq
    apt_updated=1
    run "${root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends "$@"
}

# True if the OpenCL loader finds a device.  A driver that is listed but does not load, or
# has no hardware, does not count.
have_device() {
    local probe
    probe=$(mktemp)
    gcc -x c -DCL_TARGET_OPENCL_VERSION=120 -o "$probe" - -lOpenCL <<'PROBE'
#include <CL/cl.h>
int main(void)
{
    cl_platform_id platform[32];
    cl_uint platforms = 0, devices = 0;
    if (clGetPlatformIDs(32, platform, &platforms) != CL_SUCCESS)
        return 1;
    for (cl_uint i = 0; i < platforms && i < 32; i++)
        if (clGetDeviceIDs(platform[i], CL_DEVICE_TYPE_ALL, 0, NULL, &devices) == CL_SUCCESS
            && devices > 0)
            return 0;
    return 1;
}
PROBE
    local found=0
    timeout 60 "$probe" >/dev/null 2>&1 || found=1
    rm -f "$probe"
    return $found
}

# Before the probe can be compiled: check for any listed driver.
have_driver() { compgen -G "${OCL_ICD_VENDORS:-/etc/OpenCL/vendors}/*.icd" >/dev/null; }

prepare_debian() {
    local missing
    mapfile -t missing < <(missing_packages "${packages[@]}")
    if [ "$install" = 0 ]; then
        if [ ${#missing[@]} = 0 ]; then
            have_device || missing+=("$device_package")
        elif ! have_driver; then
            missing+=("$device_package")
        fi
        [ ${#missing[@]} = 0 ] || fail "missing packages: ${missing[*]}"
        return
    fi
    [ ${#missing[@]} = 0 ] || install_packages "${missing[@]}"
    have_device || install_packages "$device_package"
    have_device || fail "$device_package is installed, but there is no OpenCL device"
}

prepare_other() {
    local tool
    echo "This is not a Debian system; install what Debian calls:" >&2
    echo "    ${packages[*]}, and any OpenCL driver" >&2
    for tool in gcc cmake ninja pkg-config; do
        command -v "$tool" >/dev/null || fail "no $tool"
    done
    have_device || fail "no OpenCL device, or no libOpenCL and CL/cl.h to find one"
}

# ---- commands -------------------------------------------------------------------------

build() {
    run_without '-- ' cmake --preset release -DBUILD_TESTING="$1" ||
        fail "cmake found something missing"
    run_without '\[[0-9]+/[0-9]+\] ' cmake --build --preset release
}

# All tests, and how long they took, whether they pass or not.
run_tests() {
    local code=0
    echo
    echo "The tests take 20 to 30 minutes on two cores."
    run_without ' +Start +[0-9]+: ' ctest --test-dir build -j "$(nproc)" --output-on-failure || code=$?
    echo
    echo "Build and tests took $((SECONDS / 60)) min $((SECONDS % 60)) s."
    return $code
}

# 8 epochs of small batches: two to three minutes on two cores; the recipe's own number takes
# about twice as long.
demo() {
    local data=data/mnist-sample to=build/demo
    local model=$to/digits-model.h5
    mkdir -p "$to"
    run build/egad data import idx "$data-images-idx3-ubyte.gz" \
        --labels "$data-labels-idx1-ubyte.gz" --anomalous 0 --test-fraction 0.2 \
        --force -o "$to/digits.h5"
    echo
    echo "Training for two to three minutes on two cores: --epochs 8 --batch 25.  What recipe"
    echo "sound does by itself takes about twice as long."
    run build/egad train --model mnist-bigan --data "$to/digits.h5" -o "$model" \
        --epochs 8 --batch 25 --force
    run build/egad score --model "$model" --data "$to/digits.h5" -o "$to/scores.csv"
    run build/egad explain --model "$model" --data "$to/digits.h5" --top 3 -o "$to/explained"
    run build/egad eval --model "$model" --data "$to/digits.h5" --plots "$to/plots"
    echo
    echo "Look at $to/plots/images-*.png and $to/explained/*.png: the input, its"
    echo "reconstruction, and where the two differ."
}

command=
install=1
for argument in "$@"; do
    case $argument in
        demo | test | build) command=$argument ;;
        --no-install) install=0 ;;
        -h | --help) usage; exit 0 ;;
        *) echo "bootstrap.sh: there is no '$argument'; there are" >&2; usage >&2; exit 2 ;;
    esac
done
[ -n "$command" ] || { usage >&2; exit 2; }
[ "$command" != test ] || packages+=("${test_packages[@]}")

if command -v dpkg-query >/dev/null; then
    prepare_debian
else
    prepare_other
fi
case $command in
    build) build OFF ;;
    demo) build OFF; demo ;;
    test) build ON; run_tests ;;
esac
