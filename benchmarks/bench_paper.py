"""`make bench-paper`: how many pages of scanned forms are read a second, by all cores, from file to readings.

    python -m benchmarks.bench_paper [--pages 120]

The pages are printed forms, filled in by held-out writers and worn as a day's post is (tests/channels/paper/scans.py),
in one PDF as a scanner with a feeder makes it. `pages_per_second` is the way of a page in `saime paper watch` up to the
database: drawn, markers found, straightened, code read, boxes cut and classified, readings decided. `floor_ms` is what
the same page costs to draw alone, `page_ms` what everything costs, both processor time of one thread, `ratio` the one
against the other. `passed` are forms that were found and straightened and whose code was read.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import cv2
import numpy as np
from tests.channels.paper import papers, scans

from saime.channels.paper.intake.pages import open_pages
from saime.channels.paper.reading.page import find_forms
from saime.channels.paper.reading.readers import Readers
from saime.channels.paper.reading.scan import Known, form_on_paper

TARGET = 5.0  # pages a second on two cores
ALONE = 30  # pages that are timed on one core
DPI = 200


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=120)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "scan.pdf"
        path.write_bytes(stack(asked.pages))
        print(json.dumps({"bench": "paper", **together(path), **alone(path)}))


def stack(pages: int) -> bytes:
    rng = np.random.default_rng(20261124)
    blank = [papers.filled(["00123456", "00045678"], seed) for seed in range(12)]
    worn = [scans.scan(blank[n % 12], scans.Wear.random(rng, dpi=DPI)) for n in range(pages)]
    return scans.as_file(worn, "PDF", dpi=DPI)


def together(path: Path) -> dict[str, object]:
    """All cores, workers started beforehand: they are once a night."""
    with Readers() as readers:
        count = readers.count(path)
        list(readers.read(path, range(min(count, 2 * readers.most))))
        started = time.perf_counter()
        passed = 0
        for _, page in readers.read(path, range(count)):
            told = [form_on_paper(1, form, Known()) for form in page.forms]
            passed += any(form.account_no for form in told)
        spent = time.perf_counter() - started
    return {
        "pages": count,
        "cores": os.cpu_count(),
        "pages_per_second": round(count / spent, 1),
        "target": TARGET,
        "passed": round(passed / count, 4),
    }


def alone(path: Path) -> dict[str, object]:
    """As a worker does it: OpenCV keeps to one thread."""
    cv2.setNumThreads(1)
    with open_pages(path) as pages:
        pictures = [pages.picture(n) for n in range(min(ALONE, len(pages)))]
        drawn = median(_ms(lambda n=n: pages.picture(n)) for n in range(len(pictures)))
    found = median(_ms(lambda p=p: find_forms(p)) for p in pictures)
    return {
        "floor_ms": round(drawn, 1),
        "page_ms": round(drawn + found, 1),
        "ratio": round((drawn + found) / drawn, 2),
    }


def _ms(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return (time.process_time() - started) * 1000


if __name__ == "__main__":
    main()
