#!/bin/sh
# The browser for the tests: Debian's Chromium. Installed here where that is allowed, otherwise said how.
set -eu

for candidate in chromium chromium-browser google-chrome; do
    if command -v "$candidate" >/dev/null 2>&1; then
        exit 0
    fi
done

as_root=""
if [ "$(id -u)" -ne 0 ]; then
    as_root="sudo -n"
fi
echo "No Chromium here; installing Debian's ..."
if command -v apt-get >/dev/null 2>&1 && $as_root true 2>/dev/null; then
    export DEBIAN_FRONTEND=noninteractive
    $as_root apt-get update -qq </dev/null
    $as_root apt-get install -y -qq --no-install-recommends chromium fonts-liberation </dev/null >/dev/null
fi
if ! command -v chromium >/dev/null 2>&1; then
    echo "The tests need Chromium and it could not be installed: run 'sudo apt-get install chromium', then again." >&2
    exit 1
fi
