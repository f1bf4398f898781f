"""A file read and told about, without keeping anything: for `saime paper read`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from zlib import crc32

from saime.channels.paper.contracts import FormOnPaper, PageOnPaper
from saime.channels.paper.intake.pages import UnableToOpenFile
from saime.channels.paper.reading.deciding import Expected, decide_form
from saime.channels.paper.reading.found import FoundForm, FoundPage
from saime.channels.paper.reading.readers import Readers
from saime.channels.paper.sheet import Payload

__all__ = ["History", "Known", "UnableToOpenFile", "form_on_paper", "know_nothing", "read_scan", "sheet_name"]


@dataclass(frozen=True, slots=True)
class Known:
    """What an installation knows of a sheet's account and meters, and how sure it wants to be (None: as shipped)."""

    is_account: bool = False
    expected: Mapping[str, Expected] = field(default_factory=dict)
    threshold: float | None = None


History = Callable[[Sequence[Payload]], list[Known]]


def know_nothing(payloads: Sequence[Payload]) -> list[Known]:
    """Where there is no installation to ask."""
    return [Known() for _ in payloads]


def read_scan(
    path: Path, *, history: History = know_nothing, workers: int | None = None
) -> Iterator[PageOnPaper]:
    """The file's pages, one after the other. UnableToOpenFile where it cannot be read at all.

    `history` is asked once a page, with the codes of its forms.
    """
    seen: set[str] = set()
    with Readers(workers) as readers:
        for index, found in readers.read(path, range(readers.count(path))):
            page = _page(index + 1, found, history)
            is_again = found.outcome == "form" and found.content in seen
            seen.add(found.content)
            yield replace(page, outcome="duplicate", reason="scanned_before") if is_again else page


def _page(number: int, found: FoundPage, history: History) -> PageOnPaper:
    payloads = [form.payload for form in found.forms if form.payload is not None]
    known = iter(history(payloads) if payloads else ())
    forms = [
        form_on_paper(place, form, next(known) if form.payload is not None else Known())
        for place, form in enumerate(found.forms, 1)
    ]
    return PageOnPaper(number, found.outcome, found.reason, tuple(forms))


def form_on_paper(position: int, form: FoundForm, known: Known) -> FormOnPaper:
    """The form as one tells about it."""
    rows = tuple(row.reading for row in decide_form(form, known.expected, threshold=known.threshold))
    code = form.payload
    return FormOnPaper(
        position, code.account_no if code else "", code.period if code else None, sheet_name(code) if code else "",
        len(form.corners), known.is_account, "" if code else "no_code", rows,
    )  # fmt: skip


def sheet_name(code: Payload) -> str:
    """Which of an account's sheets of a month it is: its kind, its number, and the meters on it."""
    meters = crc32("*".join(meter.number for meter in code.meters).encode())
    return f"{code.kind.value}{code.part}.{code.parts}:{meters:08X}"
