"""saime bills-pdf: a month's bills on paper, each in a file of its own or together for the printer."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from saime.interchange.cli import FAILED, WrongUsage
from saime.interchange.commands.session import Ticker, known_building, open_installation, say, timed
from saime.platform.files import in_place

if TYPE_CHECKING:
    from saime.billing.document.contracts import BillDocument
    from saime.billing.document.render import UnableToRenderBill

A_FILE = 100  # bills in a print file: as much as a printer takes at a time, and little memory


def bills_pdf(arguments: Namespace) -> int:
    open_installation()
    from saime.billing.queries import bills_of_period, documents

    known_building(arguments.building)
    rows = bills_of_period(
        arguments.period, building_no=arguments.building, on_paper_only=arguments.paper_only
    )
    if not rows:
        raise WrongUsage(
            f"there are no bills of {arguments.period} to print; issue them with: saime bill-run --issue"
        )
    ticker = Ticker(wanted=arguments.progress)
    wanted = documents(
        [bill for bill, _account in rows],
        connect_codes=_connect_codes([account for _bill, account in rows]),
        with_slips=bool(arguments.print_file or arguments.paper_only) and not arguments.without_slips,
    )
    output = _Output(len(rows), ticker)
    try:
        with timed() as spent:
            if arguments.dir:
                output.one_by_one(wanted, arguments.dir)
            else:
                output.together(wanted, arguments.print_file)
    except OSError as error:
        raise WrongUsage(f"{error.filename or 'the file'} cannot be written: {error.strerror}") from error
    finally:
        ticker.end()
    say({"period": str(arguments.period), "bills": output.bills, "failed": output.failed, "files": output.files,
         "bytes": output.bytes, **spent})  # fmt: skip
    return FAILED if output.failed else 0


def _connect_codes(account_ids: list[int]) -> dict[int, str]:
    """A one-time code for each account that nobody has connected a login to."""
    from saime.residents.models import Access
    from saime.residents.operations.connecting import issue_connect_codes

    connected = set(Access.objects.filter(ended_at=None).values_list("account_id", flat=True))
    return issue_connect_codes(sorted(set(account_ids) - connected), datetime.now(UTC))


class _Output:
    """Files as they are written, and what they come to."""

    def __init__(self, wanted: int, ticker: Ticker) -> None:
        self.wanted, self.ticker = wanted, ticker
        self.bills = self.failed = self.files = self.bytes = 0

    def one_by_one(self, bills: Iterable[BillDocument], folder: Path) -> None:
        from saime.billing.document.render import render_bills

        folder.mkdir(parents=True, exist_ok=True)
        for number, pdf in render_bills(bills, on_failure=self._fail):
            self._write(folder / f"{number}.pdf", pdf, 1)

    def together(self, bills: Iterable[BillDocument], target: Path) -> None:
        """FILE where its bills fit into one, otherwise FILE-001, FILE-002 …"""
        target.parent.mkdir(parents=True, exist_ok=True)
        several = self.wanted > A_FILE
        for number, (batch, pdf) in enumerate(_printed(bills), 1):
            path = target.with_name(f"{target.stem}-{number:03d}{target.suffix}") if several else target
            try:
                self._write(path, pdf.result(), len(batch))
            except _unable() as error:
                self.failed += len(batch)
                print(f"saime bills-pdf: {error}", file=sys.stderr)

    def _write(self, path: Path, pdf: bytes, bills: int) -> None:
        with in_place(path) as beside:
            beside.write_bytes(pdf)
        self.bills, self.files, self.bytes = self.bills + bills, self.files + 1, self.bytes + len(pdf)
        self.ticker.show("printing", (self.bills + self.failed) / self.wanted, self.bills)

    def _fail(self, _bill: BillDocument, error: UnableToRenderBill) -> None:
        self.failed += 1
        print(f"saime bills-pdf: {error}", file=sys.stderr)


def _printed(bills: Iterable[BillDocument]) -> Iterator[tuple[list[BillDocument], Future[bytes]]]:
    """Batches and their print files, in order, one a core at work."""
    from saime.billing.document.render import print_file

    workers = os.cpu_count() or 1
    waiting: deque[tuple[list[BillDocument], Future[bytes]]] = deque()
    stream = iter(bills)
    with ThreadPoolExecutor(workers) as pool:
        while batch := list(islice(stream, A_FILE)):
            waiting.append((batch, pool.submit(print_file, batch)))
            if len(waiting) > workers:
                yield waiting.popleft()
        yield from waiting


def _unable() -> Any:
    from saime.billing.document.render import UnableToRenderBill

    return UnableToRenderBill
