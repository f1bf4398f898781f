"""readings: a submission a row, whatever becomes of it. Checked in chunks, kept as integers, taken in one go."""

from __future__ import annotations

import hashlib

import numpy as np
import polars as pl
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from saime.interchange.cells import choice, moment, number, period, words
from saime.interchange.checks import Rows
from saime.interchange.kinds.base import Context, Importer
from saime.interchange.problems import Problem
from saime.interchange.reading.table import Column
from saime.metering.bulk import ReadingRows, find_conflicts, take_readings
from saime.metering.contracts import CHANNEL_CODES
from saime.metering.meters import meter_ids
from saime.platform.bulk import Loaded
from saime.platform.periods import Period

_KEPT = ("line", "meter_id", "period", "value", "received_at", "channel", "reference")


class Readings(Importer):
    columns = (
        Column("meter_no"),
        Column("value"),
        Column("received_at"),
        Column("channel"),
        Column("reference", optional=True, may_be_empty=True),
        Column("period", optional=True, may_be_empty=True),
    )
    tables = ("metering_submission", "metering_registeredreading")

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        known = meter_ids()
        marks = np.frombuffer(b"".join(map(_mark, known["meter_no"])), "<u8")
        self.known = known.select("meter_no", pl.col("id").alias("meter_id"), pl.Series("mark", marks))

    def check_rows(self, rows: Rows) -> None:
        words(rows, "reference", most=100, required=False)
        number(rows, "value", decimals=3, digits=9)
        moment(rows, "received_at")
        choice(rows, "channel", CHANNEL_CODES[1:])
        period(rows, "period", required=False)
        rows.parse("meter_no", pl.col("meter_no"), [])
        self._find_meters(rows)
        if not self.context.history:
            self._refuse_future(rows)
        rows.frame = _compact(rows.frame)

    def _find_meters(self, rows: Rows) -> None:
        rows.frame = rows.frame.join(self.known, on="meter_no", how="left", maintain_order="left")
        unknown = pl.col("meter_no").is_not_null() & pl.col("meter_id").is_null()
        rows.refuse(unknown, "meter_no", _("there is no meter {value}"), _("a meter imported before"))

    def _refuse_future(self, rows: Rows) -> None:
        now = self.context.now
        rows.refuse(
            pl.col("received_at") > now, "received_at", _("{value} is in the future"), _("a time up to now")
        )
        this_month = Period.containing(now).index
        rows.refuse(
            pl.col("period") > this_month,
            "period",
            _("the month is in the future"),
            _("a month up to this one"),
        )

    def check_whole(self, rows: Rows) -> None:
        if any(map(len, rows.problems)):
            # Nothing may come of this file, but all that is wrong with it is said at once.
            good = rows.good()
            _refuse_conflicts(rows, good, find_conflicts(_reading_rows(good))[1].tolist())

    def write(self, rows: Rows, good: pl.DataFrame) -> Loaded:
        context = self.context
        taken = take_readings(
            _reading_rows(good), now=context.now, history=context.history, progress=context.progress
        )
        _refuse_conflicts(rows, good, taken.conflicts)
        return Loaded(created=taken.created, unchanged=taken.unchanged)


importer = Readings


def _compact(frame: pl.DataFrame) -> pl.DataFrame:
    """The columns as take_readings wants them: integers, the month where none was given, the reference likewise."""
    local = pl.col("received_at").dt.convert_time_zone("Europe/Riga")
    month = local.dt.year().cast(pl.Int64) * 12 + local.dt.month().cast(pl.Int64) - 1
    codes = pl.col("channel").replace_strict(
        {name: code for code, name in enumerate(CHANNEL_CODES)}, return_dtype=pl.Int8
    )
    typed = frame.with_columns(
        pl.coalesce("period", month).alias("period"),
        (pl.col("value") * 1000).cast(pl.Int64).alias("value"),
        pl.col("received_at").dt.epoch("us"),
        codes.alias("channel"),
    )
    if typed["reference"].null_count():
        typed = typed.with_columns(pl.coalesce("reference", pl.lit(_references(typed))).alias("reference"))
    return typed.select(_KEPT)


def _mark(meter_no: str) -> bytes:
    return hashlib.blake2b(meter_no.encode(), digest_size=8).digest()


def _references(frame: pl.DataFrame) -> pl.Series:
    """A reference of its own for each row's content, so that the same file again is the same submissions.

    128 bits of the meter's number, month, value, channel and time, stirred by splitmix64; stable for ever.
    """
    marks = frame["mark"].fill_null(0).to_numpy()
    rest = [
        frame[name].fill_null(0).cast(pl.Int64).to_numpy()
        for name in ("period", "value", "channel", "received_at")
    ]
    halves = []
    for seed in (0x5A1AE, 0xE5A1A):
        state = _stirred(marks ^ np.uint64(seed))
        for column in rest:
            state = _stirred(state ^ column.view(np.uint64))
        halves.append(state)
    data = np.stack(halves, axis=1).astype("<u8").tobytes()
    digests = pl.Series([data[i : i + 16] for i in range(0, len(data), 16)], dtype=pl.Binary)
    return pl.select(pl.lit("auto:") + digests.bin.encode("hex")).to_series()


def _stirred(state: NDArray[np.uint64]) -> NDArray[np.uint64]:
    with np.errstate(over="ignore"):
        state = state + np.uint64(0x9E3779B97F4A7C15)
        state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        result: NDArray[np.uint64] = state ^ (state >> np.uint64(31))
        return result


def _reading_rows(good: pl.DataFrame) -> ReadingRows:
    return ReadingRows(
        meter_id=good["meter_id"].to_numpy(),
        period_index=good["period"].to_numpy(),
        value_milli=good["value"].to_numpy(),
        received_at=good["received_at"].to_numpy(),
        channel=good["channel"].to_numpy(),
        reference=good["reference"],
    )


def _refuse_conflicts(rows: Rows, good: pl.DataFrame, positions: list[int]) -> None:
    bad = good[positions].select("line", "reference").iter_rows()
    wrong = _("the reference {reference} stands for another reading already")
    right = _("a reference of its own for each reading")
    rows.refuse_lines(Problem(line, "reference", wrong.format(reference=ref), right) for line, ref in bad)
