#!/usr/bin/env bash
# Build the wheel, install it in a clean virtual environment and run the tests there.
#
#   python/test_wheel.sh BUILD_DIR [ARGUMENTS OF PYTEST]
#
# BUILD_DIR has the program egad, whose scores are compared, and keeps what is built between
# runs.  The exit code is 77, skipped, where Python cannot make virtual environments or
# packages cannot be installed.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
build=$(cd "$1" && pwd)
shift
skip() { echo "skipped: $*"; exit 77; }

python=${PYTHON:-python3}
venv=$build/python-venv
"$python" -c 'import ensurepip, venv' 2>/dev/null ||
    skip "no Python with venv and pip (Debian: python3-venv)"
if [ ! -x "$venv/bin/pytest" ]; then
    "$python" -m venv "$venv"
    "$venv/bin/pip" install -q --disable-pip-version-check --only-binary :all: \
        pytest numpy cffi 'scikit-learn>=1.6' pandas h5py ||
        skip "packages of PyPI cannot be installed"
fi
PYTHON=$python BUILD=$build/python-objects "$here/build_wheel.sh" "$build/wheel" \
    >"$build/wheel.log" 2>&1 || { cat "$build/wheel.log"; exit 1; }
"$venv/bin/pip" install -q --disable-pip-version-check --force-reinstall --no-deps \
    "$build"/wheel/egad-*.whl
export PYTHONDONTWRITEBYTECODE=1 EGAD_TUNE=off EGAD_PROGRAM=$build/egad
cd "$build"
exec "$venv/bin/python" -m pytest -q -p no:cacheprovider "$here/tests" "$@"
