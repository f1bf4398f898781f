"""The same batch ten times at once, and a key that is revoked meanwhile."""

from __future__ import annotations

import pytest
from tests.channels.terminal.hall import NOW, entry, make_terminal, make_visitor, take
from tests.metering.test_races import together

from saime.channels.terminal.models import Terminal, TerminalEntry
from saime.channels.terminal.operations import UnableToEnrol, enrol, redeem_code
from saime.metering.models import RegisteredReading, Submission

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_batch_delivered_ten_times_at_once() -> None:
    visitor, (terminal, _key) = make_visitor(), make_terminal()
    batch = [
        entry(visitor, "104"), entry(visitor, "90", meter_id=visitor.hot.pk), entry(visitor, "nav"),
        entry(visitor, "412"),
    ]  # fmt: skip
    answers = together([lambda: take(terminal, *batch)] * 10)
    said = [[(a.entry_id, a.outcome, a.reason, a.counted_at) for a in one] for one in answers]
    assert all(one == said[0] for one in said)
    assert [outcome for _id, outcome, _reason, _at in said[0]] == [
        "registered",
        "rejected",
        "refused",
        "in_review",
    ]
    assert (Submission.objects.count(), TerminalEntry.objects.count()) == (3, 4)


def test_batches_of_many_terminals_for_one_meter() -> None:
    visitor = make_visitor()
    terminals = [make_terminal(f"T{n}")[0] for n in range(6)]
    jobs = [lambda t=t, n=n: take(t, entry(visitor, str(101 + n))) for n, t in enumerate(terminals)]
    answers = [answer for [answer] in together(jobs)]
    assert {a.outcome for a in answers} <= {"registered", "superseded"}
    assert (Submission.objects.count(), RegisteredReading.objects.count()) == (6, 1)


def test_a_code_typed_into_two_devices_at_once_makes_one_terminal() -> None:
    code = enrol(name="Zāle", now=NOW)

    def redeem() -> str | None:
        try:
            return redeem_code(code=code, address="10.0.0.1", now=NOW).key
        except UnableToEnrol:
            return None

    keys = together([redeem] * 5)
    assert sum(key is not None for key in keys) == 1
    assert Terminal.objects.count() == 1
