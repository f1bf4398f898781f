"""`make bench-pdf`: what a bill costs as PDF, against an empty page of the same library in the same run.

All is wall time of one thread, the median of alternating rounds, except the mass print, which uses all cores as
the night does. Two floors are measured and both printed, as the library remembers what it has laid out:

- `floor_ms`: an empty A4 page as a document of its own, from nothing: `typst.compile`, the plain call;
- `floor_warm_ms`: an empty page from a compiler that is kept, a new title each time, so that nothing is remembered.

`figure_ms` is a bill of 12 lines, two meters, two charts and a payment code, two pages, tagged PDF/UA-1, through
`render_bill` with everything that belongs to it (words, figures, QR code), each bill different from the one before.
`ratio` is against `floor_ms`, `ratio_warm` against `floor_warm_ms`.
"""

import json
import os
import time
from collections.abc import Callable
from statistics import median

import typst
from tests.billing.document.samples import bill

from saime.billing.document.contracts import LANGUAGES, BillDocument
from saime.billing.document.render import print_file, render_bill, render_bills
from saime.billing.document.text import FONTS

ROUNDS = 60
MASS = 400
PRINTED = 100
NIGHT_SECONDS = 8 * 3600
EMPTY = b'#set document(title: sys.inputs.title)\n#set page(paper: "a4")\n'


def different_bills(amount: int, *, start: int) -> list[BillDocument]:
    return [
        bill(
            LANGUAGES[n % 3],
            number=f"2026-10-{n:06}",
            account_no=str(4_000_000 + n),
            holder_name=f"Demo {n}",
            opening_balance_cents=n * 7,
        )
        for n in range(start, start + amount)
    ]


def milliseconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def cold_empty_page() -> bytes:
    return bytes(
        typst.compile(EMPTY, font_paths=[str(FONTS)], ignore_system_fonts=True, sys_inputs={"title": "."})
    )


def warm_empty_page(compiler: typst.Compiler, *, title: str) -> bytes:
    return bytes(compiler.compile(input=EMPTY, sys_inputs={"title": title}, pdf_standards=["ua-1"]))


def main() -> None:
    print(json.dumps({"bench": "pdf", **single(), **mass(), **printed()}))


def single() -> dict[str, object]:
    """Bill, cold floor and warm floor in turn, so that a noisy moment hits all three."""
    compiler = typst.Compiler(
        input=EMPTY, font_paths=[str(FONTS)], ignore_system_fonts=True, sys_inputs={"title": ""}
    )
    for document in different_bills(5, start=0):
        render_bill(document)
    bills, cold, warm = [], [], []
    for place, document in enumerate(different_bills(ROUNDS, start=100)):
        bills.append(milliseconds(lambda document=document: render_bill(document)))
        cold.append(milliseconds(cold_empty_page))
        warm.append(milliseconds(lambda place=place: warm_empty_page(compiler, title=str(place))))
    figure, floor, floor_warm = median(bills), median(cold), median(warm)
    return {
        "figure_ms": round(figure, 2),
        "floor_ms": round(floor, 2),
        "ratio": round(figure / floor, 2),
        "target": 4,
        "floor_warm_ms": round(floor_warm, 3),
        "ratio_warm": round(figure / floor_warm, 1),
    }


def mass() -> dict[str, object]:
    documents = different_bills(MASS, start=10_000)
    spent = milliseconds(lambda: [len(pdf) for _, pdf in render_bills(documents)]) / 1000
    a_second = MASS / spent
    return {
        "cores": os.cpu_count(),
        "bills_per_second_two_cores": round(a_second, 1),
        "bills_in_8h": int(a_second * NIGHT_SECONDS),
    }


def printed() -> dict[str, object]:
    documents = different_bills(PRINTED, start=50_000)
    spent = milliseconds(lambda: print_file(documents)) / 1000
    return {"print_file_bills_per_second": round(PRINTED / spent, 1)}


if __name__ == "__main__":
    main()
