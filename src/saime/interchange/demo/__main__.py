"""python -m saime.interchange.demo serve|stop: what `make demo` runs."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from saime.interchange.demo import serving
from saime.platform.embedded import UnableToStartDatabase


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="saime.interchange.demo", description=__doc__)
    parser.add_argument("command", choices=("serve", "stop"))
    parser.add_argument("--directory", type=Path, default=Path(".demo"))
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--accounts", type=int, default=2000)
    parser.add_argument("--fresh", action="store_true", help="throw away what is there and begin anew")
    asked = parser.parse_args(arguments)
    directory = asked.directory.absolute()
    try:
        if asked.command == "stop":
            serving.stop(directory)
            return 0
        return serving.serve(directory, port=asked.port, fresh=asked.fresh, accounts=asked.accounts)
    except (serving.UnableToServe, UnableToStartDatabase) as error:
        print(f"make demo: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
