"""A file of daily values: meter_no, value, read_at. Every row is checked first, as in every import."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import file_digest
from pathlib import Path

import numpy as np
import polars as pl
from django.utils.translation import gettext as _

from saime.channels.remote.contracts import ValueRows
from saime.channels.remote.operations import finish_delivery, judge_values, take_values
from saime.channels.remote.reasons import sentences
from saime.interchange.cells import moment, number
from saime.interchange.checks import Rows
from saime.interchange.problems import Problem, UnreadableFile, frame_of
from saime.interchange.reading.table import Column, read_table
from saime.metering.meters import meter_ids

COLUMNS = (Column("meter_no"), Column("value"), Column("read_at"))


@dataclass(frozen=True, slots=True)
class ImportedValues:
    """What became of a file of daily values. `problems`: line, column, wrong, right; conflicts are among them."""

    rows: int
    created: int
    unchanged: int
    conflicts: int
    rejected: int
    registered: int
    suspicions: int
    problems: pl.DataFrame

    @property
    def nothing_taken(self) -> bool:
        return not self.created and not self.unchanged


def import_values(*, path: Path, source_id: int, partial: bool, now: datetime) -> ImportedValues:
    """Check the file's rows and keep the good ones: all if all are good, with `partial` those that are.

    A value that differs from the day's first is no bad row: the others are kept, and it is told of. OSError where the
    file cannot be opened.
    """
    try:
        rows, count = _checked(path, now)
    except UnreadableFile as unreadable:
        return ImportedValues(0, 0, 0, 0, 0, 0, 0, frame_of(unreadable.problems))
    rejected = rows.refused().height
    if rejected and not partial:
        return ImportedValues(count, 0, 0, 0, rejected, 0, 0, rows.all_problems())
    return _kept(path, rows, count, source_id, rejected, now)


def _kept(path: Path, rows: Rows, count: int, source_id: int, rejected: int, now: datetime) -> ImportedValues:
    good = rows.good()
    values = _values(good)
    with path.open("rb") as file:
        digest = file_digest(file, "sha256").digest()
    taken = take_values(
        source_id=source_id, rows=values, name=path.name, way="file", digest=digest, refused=rejected, now=now
    )
    _tell_conflicts(rows, good, [(conflict.row, str(conflict.stands)) for conflict in taken.conflicts])
    done = finish_delivery(rows=values, now=now)
    return ImportedValues(
        count, taken.created, taken.unchanged, len(taken.conflicts), rejected, done.registered, done.suspicions,
        rows.all_problems(),
    )  # fmt: skip


def _checked(path: Path, now: datetime) -> tuple[Rows, int]:
    known, whole, parts, count = meter_ids(), Rows(pl.DataFrame()), [], 0
    for chunk in read_table(path, COLUMNS):
        part = Rows(chunk.frame, whole.problems)
        part.refuse_lines(chunk.problems)
        _check(part, known, now)
        parts.append(part.frame)
        count += len(chunk.frame) + len(chunk.problems)
    whole.frame = pl.concat(parts)
    return whole, count


def _check(rows: Rows, known: pl.DataFrame, now: datetime) -> None:
    number(rows, "value", decimals=3, digits=9)
    moment(rows, "read_at")
    rows.parse("meter_no", pl.col("meter_no"), [])
    rows.frame = rows.frame.join(
        known.select("meter_no", pl.col("id").alias("meter_id")),
        on="meter_no",
        how="left",
        maintain_order="left",
    )
    unknown = pl.col("meter_no").is_not_null() & pl.col("meter_id").is_null()
    rows.refuse(unknown, "meter_no", _("there is no meter {value}"), _("a meter imported before"))
    rows.frame = rows.frame.select(
        "line", "meter_id", (pl.col("value") * 1000).cast(pl.Int64), pl.col("read_at").dt.epoch("us"),
    ).with_columns(pl.lit(None, pl.Int64).alias("day"))  # fmt: skip
    _judge(rows, now)


def _judge(rows: Rows, now: datetime) -> None:
    """What the columns together say: the day, and whether the meter could show that then."""
    complete = rows.frame.drop_nulls(["meter_id", "value", "read_at"])
    if not len(complete):
        return
    judged = judge_values(
        meter_id=complete["meter_id"].to_numpy(), value_milli=complete["value"].to_numpy(),
        read_at=complete["read_at"].to_numpy(), now=now,
    )  # fmt: skip
    days = complete.select("line", pl.Series("judged", judged.day), pl.Series("fault", judged.fault))
    rows.frame = rows.frame.join(days, on="line", how="left", maintain_order="left")
    for fault in np.unique(judged.fault[judged.fault > 0]).tolist():
        wrong, right = sentences(fault)
        rows.refuse(pl.col("fault") == fault, "read_at", wrong, right)
    rows.frame = rows.frame.with_columns(pl.col("judged").alias("day")).drop("judged", "fault")


def _values(good: pl.DataFrame) -> ValueRows:
    return ValueRows(*(good[name].to_numpy() for name in ("meter_id", "day", "value", "read_at")))


def _tell_conflicts(rows: Rows, good: pl.DataFrame, conflicts: list[tuple[int, str]]) -> None:
    right = _("one value for each meter and day; the first one stays")
    rows.refuse_lines(
        Problem(
            int(good["line"][row]),
            "value",
            _("the day has the value {value} already").format(value=stands),
            right,
        )
        for row, stands in conflicts
    )
