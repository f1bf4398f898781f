"""A company of any size, written straight into the tables, with months of readings: what a run is measured on."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import polars as pl
from django.db import connection, transaction

from saime.platform.columns import copy_frame
from saime.platform.periods import Period

FLATS = 36
_FIRST = Period.of(2025, 9)
_INSTALLED = date(2025, 8, 20)
# service, key, price (None: shared out from an invoice), VAT
SERVICES = [
    ("management", "m2", "0.4521", "21"), ("savings", "m2", "0.30", "0"), ("heating", "m2", None, "12"),
    ("cold_water", "m3_cold", "1.123", "21"), ("hot_water", "m3_hot", "1.123", "21"),
    ("hot_water_heat", "m3_hot", "6.372", "12"), ("circulation", "unit", "8.20", "12"),
    ("cold_difference", "m3_difference_cold", "1.123", "21"), ("waste", "person", "3.85", "21"),
    ("common_electricity", "fixed", None, "21"),
]  # fmt: skip


class Company:
    """`accounts` rounded up to whole houses; readings of `months` months, one in twenty missing."""

    def __init__(self, accounts: int, months: int) -> None:
        self.houses = -(-accounts // FLATS)
        self.accounts, self.months = accounts, months
        self.last_month = _FIRST + (months - 1)
        self.random = np.random.default_rng(1)

    def write(self) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 0")
            cursor.execute(
                "SET LOCAL session_replication_role = replica"
            )  # as it comes out of a backup: unchecked
            self._estate(cursor)
            self._services(cursor)
            meters, common = self._meters(cursor)
            self._readings(cursor, meters, common)
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")
            cursor.execute("VACUUM ANALYZE")

    def pay(self) -> None:
        """Nine of ten accounts pay what the last bill asked for; they pay after a week, and one of ten never."""
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 0")
            cursor.execute(
                """WITH paid AS (
                       INSERT INTO ledger_entry (kind, on_date, reference, why)
                       SELECT 'payment', issued_on + 7, 'payment:' || bill_no, '' FROM billing_bill
                        WHERE mod(account_id, 10) <> 0 RETURNING id, reference)
                   INSERT INTO ledger_leg (entry_id, book, account_id, amount_cents)
                   SELECT p.id, leg.book, leg.account_id, leg.cents
                     FROM paid p JOIN billing_bill b ON b.bill_no = substr(p.reference, 9)
                    CROSS JOIN LATERAL (VALUES ('receivable', b.account_id, -b.total_due_cents),
                                               ('bank', NULL, b.total_due_cents)) AS leg(book, account_id, cents)"""
            )
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")

    def _estate(self, cursor: Any) -> None:
        house, unit = np.arange(1, self.houses + 1), np.arange(1, self.accounts + 1)
        building, flat = (unit - 1) // FLATS + 1, (unit - 1) % FLATS + 1
        copy_frame(cursor, "estate_building", pl.DataFrame({
            "id": house, "building_no": _coded("B", house), "address": _coded("Parauga iela ", house),
            "regulation": np.where(house % 2 == 0, "1013", "524"),
        }).with_columns(cadastre_no=pl.lit(""), amenities=pl.lit("")))  # fmt: skip
        copy_frame(cursor, "estate_unit", pl.DataFrame({
            "id": unit, "building_id": building, "unit_no": flat.astype(str), "sort_key": _coded("", flat, 3),
            "area_m2": pl.Series(2500 + unit * 37 % 6000).cast(pl.Decimal(10, 2)) / 100,
        }).with_columns(kind=pl.lit("apartment")))  # fmt: skip
        copy_frame(cursor, "estate_account", pl.DataFrame({
            "id": unit, "account_no": _coded("", unit, 7), "unit_id": unit, "building_id": building,
            "holder_name": _coded("Paraugs ", unit), "declared_persons": unit % 5,
        }).with_columns(
            from_date=pl.lit(date(2020, 1, 1)), email=pl.lit(""), phone=pl.lit(""), language=pl.lit("lv"),
            paperless=pl.lit(False),
        ))  # fmt: skip

    def _services(self, cursor: Any) -> None:
        ids = list(range(1, len(SERVICES) + 1))
        names, keys, prices, rates = zip(*SERVICES, strict=True)
        copy_frame(cursor, "billing_service", pl.DataFrame({
            "id": ids, "service": names, "name_lv": names, "name_ru": names, "name_en": names, "key": keys,
            "pricing": ["tariff" if price else "supplier_invoice" for price in prices], "position": ids,
        }).with_columns(group=pl.lit("other"), paid_direct=pl.lit(False)))  # fmt: skip
        copy_frame(cursor, "billing_tariff", pl.DataFrame({
            "id": ids, "service_id": ids, "price": prices, "vat_rate": rates,
        }).with_columns(valid_from=pl.lit(date(2020, 1, 1)), decision=pl.lit("")))  # fmt: skip
        house = np.arange(1, self.houses + 1)
        for service, price in zip(ids, prices, strict=True):
            for period in (self.last_month - 1, self.last_month) if price is None else ():
                copy_frame(cursor, "billing_supplierinvoice", pl.DataFrame({
                    "building_id": house, "net_cents": 100_000 + house * 7919 % 50_000,
                }).with_columns(service_id=pl.lit(service), period=pl.lit(period.number)))  # fmt: skip

    def _meters(self, cursor: Any) -> tuple[np.ndarray, np.ndarray]:
        meter = np.arange(1, 2 * self.accounts + 1)
        common = np.arange(1, 2 * self.houses + 1) + len(meter)
        unit, house = (meter - 1) // 2 + 1, (common - len(meter) - 1) // 2 + 1
        for ids, units, houses in ((meter, unit, (unit - 1) // FLATS + 1), (common, None, house)):
            copy_frame(cursor, "metering_meter", pl.DataFrame({
                "id": ids, "meter_no": _coded("M", ids, 7), "building_id": houses,
                "unit_id": pl.Series(units) if units is not None else pl.Series([None] * len(ids), dtype=pl.Int64),
                "medium": np.where(ids % 2 == 1, "cold", "hot"), "chain_id": ids,
            }).with_columns(
                digits=pl.lit(7), installed_on=pl.lit(_INSTALLED), initial_reading=pl.lit("0.000"),
                valid_until=pl.lit(date(2029, 12, 31)),
            ))  # fmt: skip
        return meter, common

    def _readings(self, cursor: Any, meters: np.ndarray, common: np.ndarray) -> None:
        """Month after month: 2 to 6 m³ a meter, houses 3% more than their flats; common meters are always read."""
        dials, house_dials = np.zeros(len(meters), np.int64), np.zeros(len(common), np.int64)
        place = (meters - 1) // 2 // FLATS * 2 + (meters - 1) % 2
        written = 0
        for month in range(self.months):
            used = self.random.integers(2000, 6000, len(meters))
            dials += used
            np.add.at(house_dials, place, used)
            house_dials += house_dials // (33 * (month + 1))
            read = np.flatnonzero(self.random.random(len(meters)) > 0.05)
            ids = np.concatenate([meters[read], common])
            values = np.concatenate([dials[read], house_dials])
            self._month(cursor, _FIRST + month, ids, values, written)
            written += len(ids)

    @staticmethod
    def _month(cursor: Any, period: Period, ids: np.ndarray, values: np.ndarray, written: int) -> None:
        submission = written + np.arange(1, len(ids) + 1)
        rows = pl.DataFrame({
            "meter_id": ids, "value": pl.Series(values).cast(pl.Decimal(18, 3)) / 1000, "id": submission,
        }).with_columns(
            period=pl.lit(period.number), channel=pl.lit("portal"),
            received_at=pl.lit(datetime(period.year, period.month, 26, tzinfo=UTC).isoformat()),
        )  # fmt: skip
        copy_frame(cursor, "metering_submission", rows.with_columns(
            reference=_coded("r", submission), verdict=pl.lit("accepted"), reason=pl.lit("")
        ))  # fmt: skip
        copy_frame(cursor, "metering_registeredreading", rows.rename({"id": "submission_id"}))


def _coded(prefix: str, numbers: np.ndarray, width: int = 1) -> pl.Series:
    return prefix + pl.Series(numbers).cast(pl.String).str.zfill(width)
