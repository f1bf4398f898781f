"""What came out, held against the model: the same rows, the same digits."""

from __future__ import annotations

from tests.oracle.conftest import Doors
from tests.oracle.model import House, month_text

Table = dict[tuple[str, ...], tuple[str, ...]]
_KEYS = {
    "submissions": ("meter_no", "value", "channel", "received_at"),
    "consumption": ("building_no", "unit_no", "meter_no", "medium"),
    "water-difference": ("building_no", "medium", "unit_no"),
    "bill-lines": ("account_no", "service"),
}
_VALUES = {
    "submissions": ("fate",),
    "consumption": (
        "account_no", "previous_reading", "reading", "channel", "m3", "basis", "mark", "estimated_before",
    ),
    "water-difference": ("common_m3", "units_m3", "difference_m3", "share_m3"),
    "bill-lines": ("quantity", "price", "net", "vat_rate", "vat", "gross", "basis", "mark"),
}  # fmt: skip
compared: dict[str, int] = dict.fromkeys(_KEYS, 0)


def compare_month(house: House, doors: Doors, month: int) -> None:
    _compare("submissions", doors, month, house.submission_rows(month))
    _compare("consumption", doors, month, house.consumption_rows(month))
    _compare("water-difference", doors, month, house.difference_rows(month))


def compare_lines(house: House, doors: Doors, month: int) -> None:
    _compare("bill-lines", doors, month, house.bill_line_rows(month))


def _compare(kind: str, doors: Doors, month: int, expected: Table) -> None:
    period = month_text(month)
    rows = doors.give(kind, period)
    found = {
        tuple(row[name] for name in _KEYS[kind]): tuple(row[name] for name in _VALUES[kind]) for row in rows
    }
    assert len(found) == len(rows), f"{kind} {period}: rows repeated"
    differing = [
        f"{kind} {period} {key}: {found.get(key)}, by the model {expected.get(key)}"
        for key in sorted({*found, *expected}) if not _same(found.get(key), expected.get(key))
    ]  # fmt: skip
    assert not differing, f"{len(differing)} of {len(expected)} rows differ\n" + "\n".join(differing[:20])
    compared[kind] += len(found)


def _same(found: tuple[str, ...] | None, expected: tuple[str, ...] | None) -> bool:
    """Alike in every column; "?" stands for what the rules leave open."""
    if found is None or expected is None:
        return False
    return all(mine in {"?", its} for its, mine in zip(found, expected, strict=True))
