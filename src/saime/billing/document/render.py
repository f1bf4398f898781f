"""Bills as PDF: one for a resident, thousands for the night, and files for the printer.

One typst compiler a thread is kept: it holds templates and fonts, and only the bill's data changes between documents.
Every file comes from this package and no system font is looked at, so a bill looks the same, to the last byte, on every
machine. typst lets go of Python's lock while it works, so threads use all cores.
"""

import json
import os
import threading
from calendar import timegm
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, cast

import typst

from saime.billing.document.contracts import BillDocument, disagreements
from saime.billing.document.epc import UnableToMakePaymentCode
from saime.billing.document.sheet import Sheet, sheet
from saime.billing.document.text import FONTS

_TEMPLATES = Path(__file__).parent / "templates"
_AHEAD = 4  # bills a worker may be ahead of whoever takes them: enough to keep it busy, little to hold
_local = threading.local()


class UnableToRenderBill(Exception):
    """The bill cannot be put on paper; the message says which one and why."""


def render_bill(bill: BillDocument) -> bytes:
    """One bill as tagged PDF/UA-1. The same bill always gives the same bytes.

    Raises `UnableToRenderBill` where the figures contradict each other or the payee's data do not fit into a payment
    code: such a bill must not leave the house.
    """
    data = json.dumps(_checked_sheet(bill)).encode()
    try:
        return _compile("single.typ", {"bill.json": data}, issued_on=bill.issued_on, standards=["ua-1"])
    except typst.TypstError as error:
        raise UnableToRenderBill(f"Bill {bill.number}: {error}") from error


def render_bills(
    bills: Iterable[BillDocument],
    *,
    workers: int | None = None,
    on_failure: Callable[[BillDocument, UnableToRenderBill], None] | None = None,
) -> Iterator[tuple[str, bytes]]:
    """Number and PDF of each bill, in the order of `bills`, by `workers` threads (default: one a core).

    `bills` may be an endless stream: only a few bills are held at a time. A bill that cannot be rendered raises, or,
    with `on_failure`, is told to it and left out, so that one bad bill does not cost the others their night.
    """
    workers = workers or os.cpu_count() or 1
    waiting: deque[tuple[BillDocument, Future[bytes]]] = deque()
    with ThreadPoolExecutor(workers, thread_name_prefix="bill") as pool:
        for bill in bills:
            waiting.append((bill, pool.submit(render_bill, bill)))
            if len(waiting) >= workers * _AHEAD:
                yield from _finished(*waiting.popleft(), on_failure=on_failure)
        while waiting:
            yield from _finished(*waiting.popleft(), on_failure=on_failure)


def print_file(bills: Iterable[BillDocument]) -> bytes:
    """One PDF of many bills for a duplex printer: each begins on a front page, a blank back page before it if needed.

    Not tagged: it is for paper, and a fifth of the size. A hundred a file is a good measure: 17 kB and, while it is
    made, 3 MB of memory a bill.
    Raises `UnableToRenderBill` for the first bill that cannot be printed and for an empty file.
    """
    batch = list(bills)
    if not batch:
        raise UnableToRenderBill("There is no bill to print.")
    sheets = [_checked_sheet(bill) | {"end": f"end-{place}"} for place, bill in enumerate(batch)]
    issued_on = max(bill.issued_on for bill in batch)
    try:
        return _compile(
            "many.typ", {"bills.json": json.dumps(sheets).encode()}, issued_on=issued_on, standards=[]
        )
    except typst.TypstError as error:
        raise UnableToRenderBill(f"Bills {batch[0].number} to {batch[-1].number}: {error}") from error


def _finished(
    bill: BillDocument,
    rendered: Future[bytes],
    *,
    on_failure: Callable[[BillDocument, UnableToRenderBill], None] | None,
) -> Iterator[tuple[str, bytes]]:
    try:
        yield bill.number, rendered.result()
    except UnableToRenderBill as error:
        if on_failure is None:
            raise
        on_failure(bill, error)


def _checked_sheet(bill: BillDocument) -> Sheet:
    found = disagreements(bill)
    if found:
        raise UnableToRenderBill(f"Bill {bill.number}: {'; '.join(found)}")
    try:
        return sheet(bill)
    except UnableToMakePaymentCode as error:
        raise UnableToRenderBill(f"Bill {bill.number}: {error}") from error


def _compile(main: str, data: dict[str, bytes], *, issued_on: date, standards: Any) -> bytes:
    """Only the few lines of `main` and the data are new to the compiler; all that they import it reads once.

    Handing it the other templates as well would have it parse them for every bill: a tenth of a bill's time.
    """
    files: Any = {"main.typ": _template(main), **data}
    compiled = _compiler(files).compile(
        input=files,
        format="pdf",
        pdf_standards=standards,
        pdf_tags=bool(standards),
        timestamp=timegm(issued_on.timetuple()),  # a fixed moment, so that printing again changes nothing
    )
    return cast("bytes", compiled)


def _compiler(files: Any) -> typst.Compiler:
    """This thread's compiler; it wants some input from the start."""
    if not hasattr(_local, "compiler"):
        _local.compiler = typst.Compiler(
            input=files, root=str(_TEMPLATES), font_paths=[str(FONTS)], ignore_system_fonts=True
        )
    return cast("typst.Compiler", _local.compiler)


@cache
def _template(name: str) -> bytes:
    return (_TEMPLATES / name).read_bytes()
