"""Readings in great number, from files: the same rules as one by one, a month of all meters at a time.

A file is taken month by month, whatever the order of its rows: each month is held against the registered readings of
the nearest earlier and later month, those of the same file included, and then the month's registered readings are
chosen among everything accepted, from the file and from before.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
import polars as pl
from django.db import connection, transaction

from saime.metering import loading
from saime.metering.contracts import CHANNEL_CODES, NONE, Bool, Int8, Int64
from saime.metering.loading import positions
from saime.metering.register import Nearest, Register, details_of, limits_of, rank_column
from saime.metering.rules.priority import winners
from saime.metering.rules.validation import Evidence, Finding, find
from saime.metering.windows import Windows
from saime.platform.columns import Columns, copy_frame
from saime.platform.periods import Period
from saime.platform.policies import PolicyBook

# In a file a person has looked already; what came by itself (SMS, paper) is looked at when doubtful.
_CONFIRMED = np.array([c in ("portal", "terminal", "remote", "staff") for c in CHANNEL_CODES])


@dataclass(frozen=True, slots=True)
class ReadingRows:
    """Well-formed rows of a file. Periods: month indexes, values: thousandths, times: microseconds since 1970, UTC."""

    meter_id: Int64
    period_index: Int64
    value_milli: Int64
    received_at: Int64
    channel: Int8  # codes of contracts.CHANNEL_CODES
    reference: pl.Series  # texts, none empty

    def __len__(self) -> int:
        return len(self.meter_id)


@dataclass(frozen=True, slots=True)
class TakenReadings:
    """What became of the rows. `conflicts`: positions of rows whose reference stands for another reading."""

    created: int
    unchanged: int
    conflicts: list[int] = field(default_factory=list)
    fates: dict[str, int] = field(default_factory=dict)


def find_conflicts(rows: ReadingRows) -> tuple[Int64, Int64]:
    """Positions of new rows, and of rows whose reference stands for another reading; the rest is there already."""
    frame = _frame(rows)
    firsts = frame.unique("reference", keep="first", maintain_order=True)
    same = ("meter_id", "period", "value")
    inside = frame.join(firsts, on="reference", suffix="_first")
    known = _known_references(firsts)
    before = frame.join(known, on="reference", how="left", suffix="_known")
    clash = _differs(inside, same, "_first") | (
        before["meter_id_known"].is_not_null().to_numpy() & _differs(before, same, "_known")
    )
    repeated = (inside["row"] != inside["row_first"]).to_numpy() | before[
        "meter_id_known"
    ].is_not_null().to_numpy()
    return np.flatnonzero(~clash & ~repeated), np.flatnonzero(clash)


def _frame(rows: ReadingRows) -> pl.DataFrame:
    return pl.DataFrame({
        "row": np.arange(len(rows)), "reference": rows.reference, "meter_id": rows.meter_id,
        "period": rows.period_index, "value": rows.value_milli,
    })  # fmt: skip


def _differs(frame: pl.DataFrame, names: tuple[str, ...], suffix: str) -> Bool:
    unlike = [(frame[name] != frame[name + suffix]).fill_null(value=True).to_numpy() for name in names]
    result: Bool = np.logical_or.reduce(unlike)
    return result


def _known_references(firsts: pl.DataFrame) -> pl.DataFrame:
    """What the database holds under these references."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM metering_submission)")
        if not cursor.fetchone()[0]:
            return firsts.select("reference", "meter_id", "period", "value").clear()
        cursor.execute("CREATE TEMP TABLE asked (reference varchar) ON COMMIT DROP")
        copy_frame(cursor, "asked", firsts.select("reference"))
        found = fetch_rows(
            cursor,
            """SELECT reference, meter_id, period / 100 * 12 + mod(period, 100) - 1 AS period,
                      (value * 1000)::bigint AS value
                 FROM metering_submission JOIN asked USING (reference)""",
        )
        cursor.execute("DROP TABLE asked")
    return found.cast({"meter_id": pl.Int64, "period": pl.Int64, "value": pl.Int64})


def fetch_rows(cursor: Any, query: str) -> pl.DataFrame:
    """A query's rows as a frame of texts, by COPY."""
    buffer = io.BytesIO()
    with cursor.cursor.copy(f"COPY ({query}) TO STDOUT WITH (FORMAT csv, HEADER true)") as copy:
        for block in copy:
            buffer.write(block)
    buffer.seek(0)
    return pl.read_csv(buffer, infer_schema=False)


def take_readings(
    rows: ReadingRows, *, now: datetime, history: bool = False, submitted_by: int | None = None,
    progress: Callable[[float], None] = lambda _share: None,
) -> TakenReadings:  # fmt: skip
    """Take a file's rows as submissions, all in one transaction. Rows with a conflicting reference are left out."""
    with transaction.atomic():
        new, conflicts = find_conflicts(rows)
        unchanged = len(rows) - len(new) - len(conflicts)
        if not len(new):
            return TakenReadings(0, unchanged, conflicts.tolist())
        taking = _Taking.prepare(_picked(rows, new), now=now, history=history)
        taking.judge(progress)
        taking.write(submitted_by)
        return TakenReadings(len(new), unchanged, conflicts.tolist(), taking.fates())


def _picked(rows: ReadingRows, which: Int64) -> ReadingRows:
    return ReadingRows(
        rows.meter_id[which], rows.period_index[which], rows.value_milli[which], rows.received_at[which],
        rows.channel[which], rows.reference.gather(which),
    )  # fmt: skip


class _Taking:
    """A file on its way: its rows sorted by month, and the register that grows as the months go by."""

    def __init__(self, rows: ReadingRows, register: Register, *, history: bool, now: datetime) -> None:
        order = np.lexsort((rows.meter_id, rows.period_index))
        self.rows, self.register, self.history, self.now = _picked(rows, order), register, history, now
        self.meter = positions(self.rows.meter_id, register.meters["id"])
        self.finding = np.zeros(len(rows), np.int8)
        self.details: dict[int, dict[str, Any]] = {}
        self.book = PolicyBook.load()
        self.windows = Windows.load(self.book)
        self.chosen: list[Int64] = []
        self.ids = _new_ids(len(rows))

    @classmethod
    def prepare(cls, rows: ReadingRows, *, now: datetime, history: bool) -> _Taking:
        with connection.cursor() as cursor:
            # Others may not register for the same meters meanwhile; pages go on reading.
            cursor.execute("LOCK TABLE metering_registeredreading IN SHARE ROW EXCLUSIVE MODE")
        meter_ids = np.unique(rows.meter_id)
        meters, known = loading.meters_with_ids(meter_ids), loading.registered_of(meter_ids)
        return cls(rows, Register(meters, known, months=rows.period_index), history=history, now=now)

    # -- judging -----------------------------------------------------------------------------------------------------

    def judge(self, progress: Callable[[float], None]) -> None:
        """Find what is wrong with each row and choose each month's registered readings, month after month."""
        shut = loading.closures()
        months, starts = np.unique(self.rows.period_index, return_index=True)
        bounds = np.r_[starts, len(self.rows)]
        state = Nearest(self.register, self.book)
        for position, month in enumerate(months.tolist()):
            rows = slice(int(bounds[position]), int(bounds[position + 1]))
            state.advance_to(month)
            self._judge_month(rows, month, state, shut)
            progress((position + 1) / len(months))

    def _judge_month(self, rows: slice, month: int, state: Nearest, shut: Columns) -> None:
        meter, period = self.meter[rows], Period(month)
        building = self.register.meters["building_id"][meter]
        evidence = state.evidence(meter, month, self.rows.value_milli[rows])
        finding = find(evidence, limits_of(self.book, building, period))
        finding = np.where((finding == Finding.IMPLAUSIBLE) & _CONFIRMED[self.rows.channel[rows]], 0, finding)
        if not self.history:
            finding = self._outside(rows, finding, period)
        closed = np.isin(building, shut["building_id"][shut["month"] == month])
        finding = np.where(closed, Finding.PERIOD_CLOSED, finding).astype(np.int8)
        self.finding[rows] = finding
        self._note_details(rows, finding, evidence)
        self._register(rows, month, building, finding == Finding.FINE)

    def _outside(self, rows: slice, finding: Int8, period: Period) -> Int8:
        building = self.register.meters["building_id"][self.meter[rows]]
        received, channel = self.rows.received_at[rows], self.rows.channel[rows]
        return self.windows.find_column(finding, building, channel, received, period)

    def _note_details(self, rows: slice, finding: Int8, evidence: Evidence) -> None:
        for i in np.flatnonzero(finding).tolist():
            self.details[rows.start + i] = details_of(evidence, i)

    def _register(self, rows: slice, month: int, building: Int64, accepted: Bool) -> None:
        """Choose among the file's accepted rows and the reading registered before."""
        register, column = self.register, self.register.column(month)
        place = self.meter[rows][accepted]
        touched = np.unique(place)
        before = touched[register.value[touched, column] != NONE]
        buildings = np.r_[building[accepted], register.meters["building_id"][before]]
        channel = np.r_[self.rows.channel[rows][accepted], register.channel[before, column]]
        won = winners(
            place=np.r_[place, before], rank=rank_column(self.book, buildings, channel, Period(month)),
            received_at=np.r_[self.rows.received_at[rows][accepted], register.received[before, column]],
            tie=np.r_[self.rows.value_milli[rows][accepted], register.value[before, column]],
        )[: len(place)]  # fmt: skip
        chosen = np.flatnonzero(accepted)[won] + rows.start
        register.put(
            (self.meter[chosen], column), self.rows.value_milli[chosen], self.ids[chosen],
            self.rows.received_at[chosen], self.rows.channel[chosen],
        )  # fmt: skip
        self.chosen.append(chosen)

    # -- writing -----------------------------------------------------------------------------------------------------

    def write(self, submitted_by: int | None) -> None:
        with connection.cursor() as cursor:
            copy_frame(cursor, "metering_submission", self._submissions(submitted_by))
            registered = self._registered()
            cursor.execute("CREATE TEMP TABLE chosen (LIKE metering_registeredreading) ON COMMIT DROP")
            copy_frame(cursor, "chosen", registered)
            cursor.execute(
                "DELETE FROM metering_registeredreading r USING chosen c "
                "WHERE r.meter_id = c.meter_id AND r.period = c.period"
            )
            cursor.execute("INSERT INTO metering_registeredreading SELECT * FROM chosen")
            cursor.execute("DROP TABLE chosen")

    def _submissions(self, submitted_by: int | None) -> pl.DataFrame:
        rows = self.rows
        verdict = np.where(self.finding == 0, 0, np.where(self.finding == Finding.IMPLAUSIBLE, 2, 1))
        details = pl.Series("details", ["{}"]).new_from_index(0, len(rows))
        if self.details:
            where = sorted(self.details)
            details = details.scatter(where, [json.dumps(self.details[i]) for i in where])
        return pl.DataFrame({
            "id": self.ids, "meter_id": rows.meter_id, "period": period_numbers(rows.period_index),
            "value": _decimals(rows.value_milli), "channel": _texts(rows.channel, CHANNEL_CODES),
            "received_at": _times(rows.received_at), "reference": rows.reference,
            "verdict": _texts(verdict, ("accepted", "rejected", "in_review")),
            "reason": _texts(self.finding, REASON_CODES), "details": details,
            "evidence": pl.Series(["{}"]).new_from_index(0, len(rows)),
            "submitted_by_id": pl.Series([submitted_by], dtype=pl.Int64).new_from_index(0, len(rows)),
        })  # fmt: skip

    def _registered(self) -> pl.DataFrame:
        chosen, rows = np.concatenate(self.chosen), self.rows
        return pl.DataFrame({
            "meter_id": rows.meter_id[chosen], "period": period_numbers(rows.period_index[chosen]),
            "value": _decimals(rows.value_milli[chosen]), "channel": _texts(rows.channel[chosen], CHANNEL_CODES),
            "received_at": _times(rows.received_at[chosen]), "submission_id": self.ids[chosen],
        })  # fmt: skip

    def fates(self) -> dict[str, int]:
        registered = sum(map(len, self.chosen))
        rejected = int(((self.finding > 0) & (self.finding != Finding.IMPLAUSIBLE)).sum())
        in_review = int((self.finding == Finding.IMPLAUSIBLE).sum())
        superseded = len(self.rows) - registered - rejected - in_review
        return {
            "registered": registered,
            "superseded": superseded,
            "rejected": rejected,
            "in_review": in_review,
        }


def _new_ids(count: int) -> Int64:
    """Ids of submissions to come, taken from the table's own sequence at one go."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE metering_submission IN SHARE UPDATE EXCLUSIVE MODE")
        cursor.execute(
            "SELECT setval(s, nextval(s) + %s) FROM pg_get_serial_sequence('metering_submission', 'id') AS s",
            [count],
        )
        last = int(cursor.fetchone()[0])
    return np.arange(last - count, last, dtype=np.int64)


REASON_CODES = ("", *(finding.name.lower() for finding in Finding if finding))


def period_numbers(month: Int64) -> Int64:
    return month // 12 * 100 + month % 12 + 1


def _decimals(milli: Int64) -> pl.Series:
    return pl.Series(milli).cast(pl.Decimal(18, 3)) / 1000


def _times(microseconds: Int64) -> pl.Series:
    return pl.Series(microseconds).cast(pl.Datetime("us", "UTC")).dt.strftime("%Y-%m-%dT%H:%M:%S%.6fZ")


def _texts(codes: Int64 | Int8, names: tuple[str, ...]) -> pl.Series:
    return pl.Series(list(names)).gather(codes.astype(np.int64))
