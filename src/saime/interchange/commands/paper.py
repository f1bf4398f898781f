"""saime paper: each step is a module of its own beside this one, `paper_<step>`, with a function of that name."""

from __future__ import annotations

import importlib
from argparse import Namespace


def paper(arguments: Namespace) -> int:
    name = f"paper_{arguments.step}"
    module = importlib.import_module(f"saime.interchange.commands.{name}")
    status: int = getattr(module, name)(arguments)
    return status
