"""What each command does. A command's function takes its arguments and gives the exit status."""

from __future__ import annotations

import importlib
import os
import sys
from typing import Any

from saime.interchange.cli import FAILED, INTERRUPTED, WRONG_USAGE, WrongUsage

_HOME = {
    "init": "installation", "stop": "installation", "serve": "installation", "manage": "installation",
    "demo-data": "installation", "import": "imports", "export": "exports", "consumption": "months",
    "bill-run": "billing", "bills-pdf": "printing",
    "statement": "statement", "paper": "paper", "sms": "sms",
    "remote": "remote", "api": "api",
    "terminal": "terminal",
}  # fmt: skip


def run(command: str, arguments: Any) -> int:
    """Run a command; what goes wrong is said on standard error, in a sentence and not as a traceback."""
    from django.db import Error as DatabaseError

    from saime.platform.embedded import UnableToStartDatabase

    module = importlib.import_module(f"saime.interchange.commands.{_HOME[command]}")
    work = getattr(module, command.replace("-", "_") if command != "import" else "import_")
    try:
        status: int = work(arguments)
        sys.stdout.flush()
    except WrongUsage as error:
        print(f"saime {command}: {error}", file=sys.stderr)
        return WRONG_USAGE
    except UnableToStartDatabase as error:
        print(f"saime {command}: {error}", file=sys.stderr)
        return FAILED
    except DatabaseError as error:
        print(f"saime {command}: the database refused, nothing was left half done: {error}", file=sys.stderr)
        return FAILED
    except BrokenPipeError:
        # Whoever read our output has gone (`| head`): nothing is wrong, and nothing more can be said.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except KeyboardInterrupt:
        print(f"saime {command}: interrupted; nothing was left half done", file=sys.stderr)
        return INTERRUPTED
    return status
