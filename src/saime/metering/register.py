"""What is registered for some meters, as tables of meters by months, and what a reading is held against in them."""

from __future__ import annotations

from typing import Any

import numpy as np

from saime.metering.contracts import CHANNEL_CODES, NONE, Int8, Int64
from saime.metering.loading import positions
from saime.metering.norms import policy_column
from saime.metering.rules.counting import advance
from saime.metering.rules.priority import ranks
from saime.metering.rules.validation import Evidence, Limits
from saime.platform.columns import Columns
from saime.platform.money import to_milli
from saime.platform.periods import Period
from saime.platform.policies import PolicyBook


class Register:
    """Registered readings: value, submission, channel, time. Rows: `meters`; columns: `months`, those that have any.

    Only months that occur have a column: a stray row of another century costs one, not twelve a year.
    """

    def __init__(self, meters: Columns, known: Columns, *, months: Int64) -> None:
        self.meters, self.months = meters, np.unique(np.r_[months, known["month"]])
        shape = (len(meters["id"]), len(self.months))
        self.value, self.submission = np.full(shape, NONE), np.zeros(shape, np.int64)
        self.received, self.channel = np.zeros(shape, np.int64), np.zeros(shape, np.int8)
        at = (positions(known["meter_id"], meters["id"]), np.searchsorted(self.months, known["month"]))
        self.put(
            at, known["value"], known["submission_id"], known["received_at"], known["channel"].astype(np.int8)
        )

    def column(self, month: int) -> int:
        """Where the month's readings stand: the first column that is not before it."""
        return int(np.searchsorted(self.months, month))

    def put(
        self, at: tuple[Int64, Int64 | int], value: Int64, submission: Int64, received: Int64, channel: Int8
    ) -> None:
        self.value[at], self.submission[at], self.received[at], self.channel[at] = (
            value,
            submission,
            received,
            channel,
        )


class Nearest:
    """As the months go by: for each meter the nearest earlier registered reading and what was counted up to it."""

    def __init__(self, register: Register, book: PolicyBook) -> None:
        self.register, self.book, meters = register, book, register.meters
        self.taken_up = 0  # columns
        self.earlier_month, self.earlier_value = meters["installed"] - 1, meters["initial"].copy()
        self.counted = np.zeros(len(meters["id"]), np.int64)
        shape = register.value.shape
        # Latest reading's month and the m³ counted up to it, as of each column's month: for the mean of twelve.
        self.latest = np.full(shape, NONE)
        self.counted_then = np.zeros(shape, np.int64)

    def advance_to(self, month: int) -> None:
        """Take up the registered readings of all months before `month`."""
        for column in range(self.taken_up, self.register.column(month)):
            value = self.register.value[:, column]
            read = value != NONE
            step = advance(value, self.earlier_value, self.register.meters["modulus"])
            self.counted = np.where(read, self.counted + step, self.counted)
            self.earlier_value = np.where(read, value, self.earlier_value)
            self.earlier_month = np.where(read, self.register.months[column], self.earlier_month)
            self.latest[:, column], self.counted_then[:, column] = self.earlier_month, self.counted
        self.taken_up = self.register.column(month)

    def evidence(self, meter: Int64, month: int, value: Int64) -> Evidence:
        meters = self.register.meters
        mean_m3, mean_months = self._mean(meter, month)
        return Evidence(
            month=np.full(len(meter), month), value=value, modulus=meters["modulus"][meter],
            installed=meters["installed"][meter], removed=meters["removed"][meter],
            earlier_month=self.earlier_month[meter], earlier_value=self.earlier_value[meter],
            m3_to_later=self._m3_to_later(meter, month), mean_m3=mean_m3, mean_months=mean_months,
        )  # fmt: skip

    def _m3_to_later(self, meter: Int64, month: int) -> Int64:
        """m³ from the earlier registered reading to the nearest later one; NONE where there is no later one."""
        rows = self.register.value[:, self.register.column(month + 1) :][meter]
        if not rows.shape[1]:
            return np.full(len(meter), NONE)
        later = rows[np.arange(len(meter)), (rows != NONE).argmax(axis=1)]
        step = advance(later, self.earlier_value[meter], self.register.meters["modulus"][meter])
        return np.where(later == NONE, NONE, step)

    def _mean(self, meter: Int64, month: int) -> tuple[Int64, Int64]:
        """m³ (and months) to the earlier reading from the latest one twelve months or more before it, or the oldest."""
        q = self.earlier_month[meter]
        bound = q - self._mean_policy(meter, month)
        column = np.searchsorted(self.register.months, bound, "right") - 1
        inside = column >= 0
        s = np.where(inside, self.latest[meter, column], NONE)
        counted_s = np.where(inside, self.counted_then[meter, column], 0)
        oldest = self.register.meters["installed"][meter] - 1
        known = (s != NONE) & (s >= oldest)
        s, counted_s = np.where(known, s, oldest), np.where(known, counted_s, 0)
        return self.counted[meter] - counted_s, np.maximum(q - s, 0)

    def _mean_policy(self, meter: Int64, month: int) -> Int64:
        building = self.register.meters["building_id"][meter]
        result: Int64 = policy_column(self.book, "implausible_months", building, Period(month))
        return result


def limits_of(book: PolicyBook, building: Int64, period: Period) -> Limits:
    return Limits(
        np.array(
            [int(f * 100) for f in policy_column(book, "implausible_factor", building, period)], np.int64
        ),
        np.array([to_milli(m) for m in policy_column(book, "implausible_m3", building, period)], np.int64),
    )


def rank_column(book: PolicyBook, building: Int64, channel: Int8, period: Period) -> Int64:
    """The rank of each row's channel by the order its building has in the period; 0 is the highest."""
    unique, inverse = np.unique(building, return_inverse=True)
    orders = book.values("channel_order", period.last_day, unique.tolist())
    tables = np.array([ranks(order) for order in orders], np.int64).reshape(len(unique), len(CHANNEL_CODES))
    return tables[inverse, channel]


def details_of(evidence: Evidence, i: int) -> dict[str, Any]:
    """What the sentence about a finding needs."""
    found = {
        "earlier": m3_plain(evidence.earlier_value[i]),
        "digits": len(str(int(evidence.modulus[i]) // 1000)) - 1,
    }
    if evidence.m3_to_later[i] != NONE:
        later = (evidence.earlier_value[i] + evidence.m3_to_later[i]) % evidence.modulus[i]
        found["later"] = m3_plain(later)
    return found


def m3_plain(milli: np.int64) -> str:
    return f"{int(milli) // 1000}.{int(milli) % 1000:03d}"
