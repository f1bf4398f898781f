"""The demo company: the same every time, alive on whatever day it is made, and made through the real doors."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from django.db import connection
from tests.interchange.conftest import exported

from saime.interchange import demo
from saime.interchange.demo import company, estate, loading, paying, serving, water
from saime.interchange.demo.logins import LOGINS
from saime.interchange.demo.meters import NEVER
from saime.metering.operations import submit_reading
from saime.metering.queries import meters_of, windows_for
from saime.platform.periods import RIGA, Period

NOW = datetime(2026, 11, 24, 15, 0, tzinfo=RIGA)
DAYS = [
    datetime(2026, 11, 1, 0, 5, tzinfo=RIGA),
    datetime(2027, 2, 28, 23, 50, tzinfo=RIGA),
    datetime(2027, 3, 28, 3, 30, tzinfo=RIGA),  # the hour that summer time leaves out
    datetime(2028, 2, 29, 12, 0, tzinfo=RIGA),
    datetime(2026, 12, 31, 23, 59, tzinfo=RIGA),
    NOW,
]


def make(now: datetime = NOW, accounts: int = 300) -> company.Company:
    return company.generate(accounts=accounts, now=now)


def test_real_households_are_there_with_their_gaps() -> None:
    names, ends, readings = water.readings()
    assert (len(names), str(ends[0]), readings.shape[1]) == (92, "2016-02", 16)
    real = water.households()
    assert len(real.used) == 91  # one was never read
    assert (~real.was_read).sum() > 50
    assert real.used.min() >= 0


def test_seasons_stay_seasons() -> None:
    months = list(Period.of(2026, 1).through(Period.of(2027, 12)))
    real = water.households().months
    chosen = [real[column] for column in water.month_columns(months)]
    assert [period.month for period in chosen] == [period.month for period in months]


def test_the_same_company_every_time() -> None:
    first, second = make(), make()
    assert first.files.keys() == second.files.keys()
    for kind, frame in first.files.items():
        assert frame.equals(second.files[kind]), kind


@pytest.mark.parametrize("now", DAYS, ids=str)
def test_the_current_month_is_half_read_on_any_day(now: datetime) -> None:
    made = make(now)
    readings = made.files["readings"]
    received = readings["received_at"].str.to_datetime(time_zone="UTC")
    assert received.max() <= now
    current = readings.filter(
        pl.col("period") == str(Period.containing(now)), pl.col("meter_no").str.contains(r"-\d")
    )
    flats = current["meter_no"].str.slice(0, 9).n_unique()
    assert 0.4 < flats / 300 < 0.75
    assert made.months[-1] == Period.containing(now)
    assert made.billed_months[-1] == made.months[-2]


def test_readings_go_up_by_the_water_that_was_used() -> None:
    made = make()
    places = made.meters
    limit = np.array([10 ** (7 if unit < 0 else 5) * 1000 for unit in places.unit])[:, None]
    went_up = (places.reading[:, 1:] - places.reading[:, :-1]) % limit
    unbroken = places.replaced_in[:, None] != np.arange(1, went_up.shape[1] + 1)
    assert (went_up == places.used[:, 1:])[unbroken].all()
    assert (places.replaced_in != NEVER).any()


def test_nobody_could_be_meant() -> None:
    files = make().files
    assert files["accounts"]["holder_name"].str.starts_with("Demo ").all()
    assert files["buildings"]["address"].str.starts_with("Demo māja ").all()
    assert files["accounts"]["email"].drop_nulls().str.ends_with("@saime.example").all()
    assert all(login.email.endswith("@saime.example") for login in LOGINS)


def test_a_large_company_has_two_years_of_readings_and_two_months_of_bills() -> None:
    made = make(accounts=100_150)  # more than one digit of the customer numbers counts up
    assert (len(made.months), len(made.billed_months)) == (25, 2)
    assert made.files["accounts"].filter(pl.col("to_date").is_null()).height == 100_150
    for kind, key in (("accounts", "account_no"), ("meters", "meter_no"), ("readings", "reference")):
        assert not made.files[kind][key].is_duplicated().any(), kind


def test_everybody_pays_in_their_own_way() -> None:
    bills = pl.DataFrame({
        "account_no": [f"70000{i}" for i in range(6)], "bill_no": [f"b{i}" for i in range(6)],
        "total_cents": [12_345] * 6, "lines_cents": [10_000] * 6,
    })  # fmt: skip
    issued, due = date(2026, 11, 8), date(2026, 11, 28)
    paid = paying.payments(bills, np.arange(6), month=3, issued_on=issued, due_on=due, seed=1)
    assert dict(paid.select("account_no", "amount_cents").iter_rows()) == {
        "700000": 12_345, "700001": 12_500, "700002": 10_000, "700003": 7_000, "700004": 72_345,
    }  # fmt: skip
    late = paid.filter(pl.col("account_no") == "700002")["paid_on"].item()
    assert late > due
    assert paid.filter(pl.col("account_no") == "700000")["paid_on"].item() <= due


def count(query: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return int(cursor.fetchone()[0])


@pytest.fixture
def filled(db: None, settings: object, tmp_path: Path) -> company.Company:
    settings.DATA_DIR = tmp_path  # type: ignore[attr-defined]
    counts = loading.fill(accounts=120, now=NOW)
    assert counts["bills"] == 13 * 120
    assert counts["payments"] > 1000
    return make(accounts=120)


def test_it_goes_in_by_the_doors_of_every_company(filled: company.Company) -> None:
    """One test for all that can be seen of it: filling takes longer than looking."""
    everything_happens()
    the_month_was_billed()
    the_flat_of_the_demo_login_is_alive(str(filled.estate.account_no[estate.FLAT]))
    with pytest.raises(loading.UnableToFill, match="buildings already"):
        demo.fill(accounts=120, now=NOW)


def everything_happens() -> None:
    assert count("SELECT count(DISTINCT channel) FROM metering_submission") == 6
    assert count("SELECT count(DISTINCT verdict) FROM metering_submission") == 3
    assert count("SELECT count(DISTINCT basis) FROM metering_consumption") == 4
    assert count("SELECT count(*) FROM metering_meter WHERE replaces_id IS NOT NULL") > 0
    assert count("SELECT count(DISTINCT regulation) FROM metering_waterdifference") == 2
    assert count("SELECT count(*) FROM residents_user") == len(LOGINS)


def the_month_was_billed() -> None:
    bills, balances = exported("bills", "2026-10"), exported("balances")
    assert {(bill["issued_on"], bill["due_on"]) for bill in bills} == {("2026-11-08", "2026-11-28")}
    assert any(Decimal(bill["opening_balance"]) < 0 for bill in bills)  # an advance
    assert any(Decimal(bill["opening_balance"]) > Decimal(bill["payments"]) for bill in bills)  # a debt
    assert any(Decimal(row["overdue"]) > 0 for row in balances)
    assert any(Decimal(row["advance"]) > 0 for row in balances)


def the_flat_of_the_demo_login_is_alive(number: str) -> None:
    account = read_one(f"SELECT id, building_id FROM estate_account WHERE account_no = '{number}'")
    assert count(f"SELECT count(*) FROM residents_access WHERE account_id = {account[0]}") == 1
    cold, hot = meters_of([account[0]], now=NOW)
    assert [meter.figure.mark for meter in (cold, hot) if meter.figure] == ["V", "V"]  # this month's estimate
    assert [meter.verification for meter in (cold, hot)] == ["expiring", "valid"]
    assert windows_for([account[1]], "portal", now=NOW)[account[1]].is_open
    due = {bill["account_no"]: Decimal(bill["total_due"]) for bill in exported("bills", "2026-10")}[number]
    assert {row["account_no"]: Decimal(row["balance"]) for row in exported("balances")}[number] == due > 0
    taken = submit_reading(
        meter_id=cold.meter_id, value=(cold.previous_reading or Decimal(0)) + 4, channel="portal",
        received_at=NOW, now=NOW, reference="test",
    )  # fmt: skip
    assert taken.submission.fate == "registered"


def read_one(query: str) -> tuple[int, ...]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return tuple(cursor.fetchone())


@pytest.mark.django_db
def test_a_company_too_small_for_its_people_is_refused() -> None:
    with pytest.raises(loading.UnableToFill, match="50 accounts or more"):
        demo.fill(accounts=10, now=NOW)


def test_a_folder_of_somebody_elses_is_not_cleared(tmp_path: Path) -> None:
    (tmp_path / "letters.txt").write_text("mine")
    with pytest.raises(serving.UnableToServe, match="left as it is"):
        serving.clear(tmp_path)
    assert (tmp_path / "letters.txt").exists()
