"""Thousands of forms in one PDF: set a few hundred at a time, on every core, and joined page by page."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import chain, islice
from pathlib import Path

import pypdfium2

from saime.channels.paper.printing.contracts import Form
from saime.channels.paper.printing.render import UnableToPrintForms, print_forms
from saime.platform.files import in_place

AT_A_TIME = 200  # forms: 150 MB while they are set


def write_forms(forms: Iterable[Form], target: Path) -> Iterator[int]:
    """Write one PDF of all forms to `target`, and say after each batch how many are in it.

    The file appears when it is whole; nothing is left of one that was broken off. Up to 200 forms are tagged PDF/UA;
    more are for the printer only and are joined without their tags. Raises `UnableToPrintForms` for no forms, OSError.
    """
    batches = _printed(forms)
    start = list(islice(batches, 2))
    with in_place(target) as beside:
        if len(start) > 1:
            yield from _joined(chain(start, batches), beside)
        elif start:
            count, pdf = start[0]
            beside.write_bytes(pdf)
            yield count
        else:
            raise UnableToPrintForms("There is no form to print.")


def _joined(batches: Iterable[tuple[int, bytes]], target: Path) -> Iterator[int]:
    document, done = pypdfium2.PdfDocument.new(), 0
    try:
        for count, pdf in batches:
            part = pypdfium2.PdfDocument(pdf)
            document.import_pages(part)
            part.close()
            done += count
            yield done
        document.save(target)
    finally:
        document.close()


def _printed(forms: Iterable[Form]) -> Iterator[tuple[int, bytes]]:
    """How many forms and their PDF, batch by batch in order, one a core at work."""
    workers = os.cpu_count() or 1
    waiting: deque[tuple[int, Future[bytes]]] = deque()
    stream = iter(forms)
    with ThreadPoolExecutor(workers, thread_name_prefix="forms") as pool:
        while batch := list(islice(stream, AT_A_TIME)):
            waiting.append((len(batch), pool.submit(print_forms, batch)))
            if len(waiting) > workers:
                yield _finished(waiting.popleft())
        while waiting:
            yield _finished(waiting.popleft())


def _finished(batch: tuple[int, Future[bytes]]) -> tuple[int, bytes]:
    count, pdf = batch
    return count, pdf.result()
