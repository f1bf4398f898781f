#!/bin/sh
# The browser for the tests: Debian's Chromium. Installed here where that is allowed, otherwise said how.
set -eu

chromium=${SAIME_CHROMIUM:-/usr/bin/chromium}
if [ -x "$chromium" ]; then
    exit 0
fi

as_root=""
if [ "$(id -u)" -ne 0 ]; then
    as_root="sudo -n"
fi
if command -v apt-get >/dev/null 2>&1 && $as_root true 2>/dev/null; then
    echo "No $chromium here; installing Debian's ..."
    export DEBIAN_FRONTEND=noninteractive
    $as_root apt-get update -qq </dev/null || true
    $as_root apt-get install -y -qq --no-install-recommends chromium fonts-liberation </dev/null >/dev/null || true
fi
if [ ! -x "$chromium" ]; then
    echo "The tests need a Chromium at $chromium and it could not be installed." >&2
    echo "Run 'sudo apt-get install chromium', or name one: SAIME_CHROMIUM=/path/to/chromium make test" >&2
    exit 1
fi
