"""Every package that Saime runs on has a licence that goes with Apache-2.0."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FINE = re.compile(
    r"Apache|MIT|BSD|ISC|PSF|Python Software|MPL|Mozilla Public|PostgreSQL|Zlib|Unlicense|CC0|LGPL|Lesser",
    re.IGNORECASE,
)
# Where the package's own metadata is silent: what its LICENSE file says.
SAID_ELSEWHERE: dict[str, str] = {}


def packages() -> list[str]:
    """The locked packages of a running installation, without those of development."""
    uv = str(Path(sys.executable).with_name("uv"))
    options = ["--no-dev", "--no-emit-project", "--no-hashes", "--no-annotate", "--no-header", "--quiet"]
    command = [uv, "export", "--frozen", *options]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [line.split("==")[0].split("[")[0].strip() for line in listed.splitlines() if "==" in line]


def licence_of(package: str) -> str:
    fields = metadata(package)
    classifiers = [value for value in fields.get_all("Classifier") or [] if value.startswith("License ::")]
    stated = [value for name in ("License-Expression", "License") for value in fields.get_all(name) or []]
    own = stated[0].split("\n")[0] if stated else ""
    return SAID_ELSEWHERE.get(package) or " ".join([own, *classifiers]).strip()


def problems() -> Iterator[str]:
    for package in packages():
        try:
            licence = licence_of(package)
        except PackageNotFoundError:
            continue  # locked for another system or Python
        if not FINE.search(licence):
            yield f"{package}: licence {licence!r} is not on the list of those that go with Apache-2.0"


def main() -> int:
    found = list(problems())
    print("\n".join(found) or f"licences: {len(packages())} packages, all fine")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
