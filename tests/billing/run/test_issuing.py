"""Numbers without gaps, each bill once: whatever the order of things, whoever else issues, whenever it is cut off."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections
from tests.billing.run.houses import (
    ISSUED,
    MONTH,
    NOW,
    bill_of,
    everything,
    make_account,
    make_flat,
    make_house,
    make_invoice,
    make_meter,
    make_service,
    owe,
    pay,
)

from saime.billing.models import Bill, BillRun
from saime.billing.operations import UnableToIssueBills, issue_bills
from saime.estate.models import Account, Building
from saime.metering.models import PeriodClosure

OCTOBER = MONTH - 1
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def company() -> list[Account]:
    """Six houses with three accounts each, all kinds of lines, debts, advances, and a flat that changes hands."""
    services = [
        make_service("management", "m2", "0.4521"), make_service("water", "m3_cold", "1.123"),
        make_service("difference", "m3_difference_cold", "1.123"), make_service("waste", "person", "3.85"),
    ]  # fmt: skip
    heating = make_service("heating", "m2", vat="12", shared_out=True)
    accounts: list[Account] = []
    for number in (10, 2, 1, 33, 4, 5):
        house = make_house(f"B{number}", regulation="1013" if number % 2 else "524")
        make_meter(house, {OCTOBER: "10.000", MONTH: f"{40 + number}.500"})
        make_invoice(heating, house, 100_000 + number)
        for flat_no in ("10", "2", "1"):
            flat = make_flat(house, flat_no, f"{30 + number}.40")
            make_meter(flat, {OCTOBER: "3.000", MONTH: f"{8 + number % 3}.111"})
            accounts.append(make_account(flat, f"{number:03}{flat_no:0>3}"))
    Account.objects.filter(id=accounts[4].id).update(to_date=date(2026, 11, 12))
    accounts.append(make_account(accounts[4].unit, "777777", from_date=date(2026, 11, 13)))
    owe(accounts[0], 12_345, date(2026, 6, 1))
    pay(accounts[1], 5_000, date(2026, 11, 20))
    assert services
    return accounts


def issue(period: Any = MONTH, building_ids: list[int] | None = None, **options: Any) -> Any:
    return issue_bills(period, building_ids, **{"now": NOW, "issued_on": ISSUED, **options})


# -- in order ------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_numbers_follow_house_flat_and_account(company: list[Account]) -> None:
    report = issue(buildings_at_once=2)
    assert (report.first_bill_no, report.last_bill_no, report.totals.bills) == (
        "202611-000001",
        "202611-000019",
        19,
    )
    order = list(Bill.objects.order_by("bill_no").values_list("account__account_no", flat=True))
    assert order[:6] == ["001001", "001002", "001010", "002001", "002002", "777777"]
    assert order[-3:] == ["033001", "033002", "033010"]
    assert [row[0] for row in everything()["bills"]] == [f"202611-{n:06}" for n in range(1, 20)]


@pytest.mark.django_db
def test_the_size_of_chunks_changes_nothing(company: list[Account]) -> None:
    issue(buildings_at_once=1)
    by_one = everything()
    empty()
    issue()
    assert everything() == by_one


@pytest.mark.django_db
def test_again_changes_nothing(company: list[Account]) -> None:
    issue()
    before = everything()
    report = issue(now=NOW + timedelta(days=1))
    assert (report.totals.bills, report.skipped, report.first_bill_no) == (0, 6, "")
    assert everything() == before


@pytest.mark.django_db
def test_some_houses_first_and_the_rest_later(company: list[Account]) -> None:
    last = Building.objects.get(building_no="B33")
    report = issue(building_ids=[last.id])
    assert (report.totals.buildings, report.totals.bills, report.last_bill_no) == (1, 3, "202611-000003")
    rest = issue(issued_on=date(2026, 12, 5))
    assert (rest.skipped, rest.first_bill_no, rest.last_bill_no) == (1, "202611-000004", "202611-000019")
    assert bill_of(company[0]).issued_on == date(2026, 12, 5)
    assert PeriodClosure.objects.count() == 6


@pytest.mark.django_db
def test_every_account_has_a_bill_or_a_reason(company: list[Account]) -> None:
    house = company[0].building
    make_account(make_flat(house, "90"), "900001", to_date=date(2026, 10, 31))
    make_account(make_flat(house, "91"), "900002", from_date=date(2026, 12, 1))
    nothing = make_account(make_flat(make_house("B99"), "1", "0.00"), "900003")
    make_service("waste", "person").tariffs.all().delete()
    report = issue()
    billed = set(Bill.objects.values_list("account__account_no", flat=True))
    reasons = {
        one.account_no: one.reason for one in report.findings if one.kind == "no_bill" and one.account_no
    }
    assert reasons == {"900001": "ended", "900002": "not_begun", nothing.account_no: "no_lines"}
    assert billed | set(reasons) == set(Account.objects.values_list("account_no", flat=True))
    assert not billed & set(reasons)


@pytest.mark.django_db
def test_the_day_of_issue_is_rigas(company: list[Account]) -> None:
    report = issue_bills(MONTH, now=NOW.replace(day=30, hour=22, minute=30))
    assert (report.issued_on, report.due_on) == (date(2026, 12, 31), date(2027, 1, 14))


@pytest.mark.django_db
@pytest.mark.usefixtures("in_english")
def test_a_month_before_one_that_is_billed_is_refused(company: list[Account]) -> None:
    issue(building_ids=[company[0].building_id])
    before = everything()
    with pytest.raises(
        UnableToIssueBills, match="Building B10 is billed for 2026-11 already: 2026-10 can no longer"
    ):
        issue(OCTOBER)
    assert everything() == before
    others = [account.building_id for account in company if account.building_id != company[0].building_id]
    assert issue(OCTOBER, building_ids=others).totals.buildings == 5


@pytest.mark.django_db
@pytest.mark.usefixtures("in_english")
def test_a_run_that_was_cut_off_keeps_its_date(company: list[Account]) -> None:
    BillRun.objects.create(period=MONTH, issued_on=ISSUED, due_on=ISSUED)
    with pytest.raises(UnableToIssueBills, match="has the date 2026-12-02"):
        issue(issued_on=date(2026, 12, 3))
    report = issue_bills(MONTH, now=NOW + timedelta(days=3))
    assert report.issued_on == ISSUED
    assert not BillRun.objects.filter(finished_at=None).exists()


# -- at once ------------------------------------------------------------------------------------


def empty() -> None:
    """Back to before the run."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            """CREATE TEMPORARY TABLE kept_entry AS SELECT * FROM ledger_entry WHERE kind IN ('payment', 'opening');
               CREATE TEMPORARY TABLE kept_leg AS
               SELECT * FROM ledger_leg WHERE entry_id IN (SELECT id FROM kept_entry);
               TRUNCATE billing_series, billing_billrun, billing_bill, billing_billline, ledger_entry, ledger_leg,
                        metering_consumption, metering_waterdifference, metering_differenceshare,
                        metering_periodclosure CASCADE;
               INSERT INTO ledger_entry SELECT * FROM kept_entry; INSERT INTO ledger_leg SELECT * FROM kept_leg;
               DROP TABLE kept_entry, kept_leg"""
        )


def in_threads(*work: Callable[[], Any]) -> list[Any]:
    outcomes: list[Any] = [None] * len(work)

    def do(place: int) -> None:
        try:
            outcomes[place] = work[place]()
        except UnableToIssueBills as error:
            outcomes[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=do, args=(place,)) for place in range(len(work))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return outcomes


@pytest.mark.django_db(transaction=True)
def test_two_issue_at_once(company: list[Account]) -> None:
    issue(buildings_at_once=1)
    alone = everything()
    empty()
    together = threading.Barrier(2)

    def run() -> Any:
        together.wait(30)
        return issue(buildings_at_once=1)

    outcomes = in_threads(run, run)
    assert everything() == alone
    bills = [outcome.totals.bills for outcome in outcomes if not isinstance(outcome, UnableToIssueBills)]
    assert sum(bills) == 19
    assert (
        max(bills) == 19
    )  # one of them issued all, the other waited and found nothing to do, or was refused


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("in_english")
def test_who_waits_too_long_is_told(company: list[Account]) -> None:
    entered, leave = threading.Event(), threading.Event()

    def hold(progress: Any) -> None:
        if progress.stage == "lines":
            entered.set()
            leave.wait(30)

    def second() -> Any:
        entered.wait(30)
        try:
            return issue()
        finally:
            leave.set()

    def first() -> Any:
        return issue(progress=hold)

    outcomes = in_threads(first, second)
    assert outcomes[0].totals.bills == 19
    assert isinstance(outcomes[1], UnableToIssueBills)


# -- cut off ------------------------------------------------------------------------------------


POINTS = (
    (1, "lines"), (1, "written"), (1, "committed"), (2, "written"), (1, "written"), (2, "committed"),
)  # fmt: skip


def start(chunk: int = 0, stage: str = "") -> subprocess.Popen[str]:
    settings = connection.settings_dict
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "saime.config.settings.test", "PYTHONPATH": str(ROOT),
        "DATABASE_URL": f"postgresql://{settings['USER']}@/{settings['NAME']}?host={settings['HOST']}",
    }  # fmt: skip
    command = [sys.executable, "-m", "tests.billing.run.killed", str(chunk), stage]
    return subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True)


@pytest.mark.django_db(transaction=True)
def test_killed_at_any_point_and_run_again(company: list[Account]) -> None:
    """kill -9 between and inside chunks, each time a little further; then once more, in peace."""
    issue(buildings_at_once=1)
    undisturbed = everything()
    empty()
    for chunk, stage in POINTS:
        with start(chunk, stage) as process:
            assert process.wait(60) == -9
        found = everything()["bills"]
        assert found == undisturbed["bills"][: len(found)]
    assert 0 < len(everything()["bills"]) < 19
    issue(buildings_at_once=1)
    assert everything() == undisturbed
    assert not BillRun.objects.filter(finished_at=None).exists()


@pytest.mark.django_db(transaction=True)
def test_killed_at_random_moments_and_run_again(company: list[Account]) -> None:
    issue(buildings_at_once=1)
    undisturbed = everything()
    empty()
    moments = random.Random(7)
    for _ in range(6):
        with start() as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "begun\n"
            time.sleep(moments.random() * 0.5)
            process.kill()
            process.wait(60)
        found = everything()["bills"]
        assert found == undisturbed["bills"][: len(found)]
    issue(buildings_at_once=1)
    assert everything() == undisturbed
