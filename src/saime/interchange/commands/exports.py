"""saime export."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from saime.interchange.cli import WrongUsage
from saime.interchange.commands.session import known_building, open_installation


def export(arguments: Namespace) -> int:
    open_installation()
    if arguments.kind == "ubl":
        from saime.interchange.commands.einvoices import export_ubl

        return export_ubl(arguments)
    from saime.interchange.exports import MissingParameter, Wanted, export_csv
    from saime.platform.periods import RIGA

    known_building(arguments.building)
    wanted = Wanted(
        kind=arguments.kind, today=datetime.now(RIGA).date(), period=arguments.period, building_no=arguments.building,
        first=arguments.first, last=arguments.last,
    )  # fmt: skip
    try:
        blocks = export_csv(wanted)
    except MissingParameter as missing:
        raise WrongUsage(str(missing)) from missing
    if arguments.xlsx:
        return _workbook(arguments.kind, blocks)
    for block in blocks:
        sys.stdout.buffer.write(block)
    return 0


def _workbook(kind: str, blocks: Iterable[bytes]) -> int:
    from tempfile import TemporaryDirectory

    from django.conf import settings

    from saime.interchange.exports.workbook import TooManyRows, write_workbook

    try:
        with TemporaryDirectory(dir=settings.DATA_DIR) as scratch:
            write_workbook(blocks, sys.stdout.buffer, sheet=kind, scratch=Path(scratch))
    except TooManyRows as error:
        raise WrongUsage(str(error)) from error
    return 0
