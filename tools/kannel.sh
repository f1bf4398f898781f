#!/bin/sh
# The SMS gateway for the tests: Debian's Kannel with its fakesmsc. Installed here where that is allowed, otherwise said how.
set -eu

# Debian puts the boxes into /usr/sbin and the test programs elsewhere; the tests look in the same places.
PATH="$PATH:/usr/sbin:/usr/local/sbin:/usr/lib/kannel/test"

there() {
    for program in bearerbox smsbox fakesmsc; do
        command -v "$program" >/dev/null 2>&1 || return 1
    done
}

if there; then
    exit 0
fi

as_root=""
if [ "$(id -u)" -ne 0 ]; then
    as_root="sudo -n"
fi
if command -v apt-get >/dev/null 2>&1 && $as_root true 2>/dev/null; then
    echo "No Kannel here; installing Debian's ..."
    export DEBIAN_FRONTEND=noninteractive
    $as_root apt-get update -qq </dev/null || true
    $as_root apt-get install -y -qq --no-install-recommends kannel kannel-extras </dev/null >/dev/null || true
fi
if ! there; then
    echo "The tests need Kannel (bearerbox, smsbox, fakesmsc) and it could not be installed." >&2
    echo "Run 'sudo apt-get install kannel kannel-extras', or put the programs into the PATH." >&2
    exit 1
fi
