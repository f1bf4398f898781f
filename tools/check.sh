#!/bin/sh
# All checks, each by name; goes on after a failure so that one run shows everything. Exit status 1 if any failed.
set -u
bin=$1/bin
failed=""

check() {
    name=$1
    shift
    if output=$("$@" 2>&1); then
        echo "ok      $name"
    else
        echo "FAILED  $name"
        echo "$output" | tail -n "${CHECK_LINES:-60}" | sed 's/^/        /'
        failed="$failed $name"
    fi
}

check ruff          "$bin/ruff" check --quiet --output-format concise
check format        "$bin/ruff" format --check --quiet
check mypy          "$bin/mypy"
check borders       "$bin/lint-imports" --no-cache
check deptry        "$bin/deptry" src
check djlint        "$bin/djlint" --quiet --lint src
check messages      "$bin/python" tools/messages.py check
check migrations    "$bin/python" tools/migrations.py
check licences      "$bin/python" tools/licences.py

if [ -n "$failed" ]; then
    echo "failed:$failed" >&2
    exit 1
fi
