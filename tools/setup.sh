#!/bin/sh
# Makes the virtual environment in $1: a Python of 3.11 or newer, uv at a known version, and the locked packages.
set -eu
venv=$1
uv_version=0.13.9

new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

find_python() {
    for candidate in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11 python; do
        if new_enough "$candidate"; then
            command -v "$candidate"
            return
        fi
    done
    found=$(python3 --version 2>&1) || found="no python3 at all"
    echo "Saime needs Python 3.11 or newer; found: $found." >&2
    echo "Install one (Debian, Ubuntu: apt install python3 python3-venv), or name it: make setup PYTHON=/path/to/python3" >&2
    exit 1
}

make_venv() {
    python=$(find_python)
    echo "Setting up in $venv with $("$python" --version) ..."
    if ! log=$("$python" -m venv --clear "$venv" 2>&1); then
        rm -rf "$venv"
        version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
        echo "$log" | tail -n 5 >&2
        echo "$python -m venv failed. On Debian and Ubuntu it is a package of its own: apt install python$version-venv" >&2
        exit 1
    fi
}

if ! new_enough "$venv/bin/python"; then
    make_venv
fi
if [ "$("$venv/bin/uv" --version 2>/dev/null | cut -d' ' -f2)" != "$uv_version" ]; then
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check "uv==$uv_version"
fi
# --inexact leaves uv and pip themselves in place, which the lock does not name.
UV_PYTHON_DOWNLOADS=never UV_PROJECT_ENVIRONMENT="$venv" \
    "$venv/bin/uv" sync --frozen --inexact --quiet --python "$venv/bin/python"
