"""Whatever a machine sends: it is read, or refused in words; never does it break anything."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from saime.channels.terminal import wire
from saime.channels.terminal.contracts import EntryAnswer

anything: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
NAMES = (
    "account_no",
    "bill_no",
    "code",
    "meter_id",
    "meter_no",
    "medium",
    "value",
    "entered_at",
    "confirmed",
    "attended",
)
fields = st.fixed_dictionaries({}, optional=dict.fromkeys(NAMES, anything))
rows = st.builds(lambda number, said: {"entry_id": str(number), **said}, st.uuids(), fields)
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@patient
@given(said=st.fixed_dictionaries({"sent_at": anything, "queue": anything, "software": anything}))
def test_any_sign_of_life_is_one_that_the_database_takes(said: dict[str, Any]) -> None:
    sign = wire.sign(said)
    assert sign.sent_at is None or datetime(2000, 1, 1, tzinfo=UTC) <= sign.sent_at
    assert sign.queue_length is None or 0 <= sign.queue_length < 2**31
    assert len(sign.software) <= 60


@patient
@given(batch=st.lists(rows, max_size=4, unique_by=lambda row: row["entry_id"]))
def test_any_entry_with_an_id_is_read(batch: list[dict[str, Any]]) -> None:
    made = wire.entries({"entries": batch})
    assert [str(entry.entry_id) for entry in made] == [row["entry_id"] for row in batch]
    for entry in made:
        kept = json.dumps(entry.came, allow_nan=False)
        assert "\\u0000" not in kept
        assert len(kept) < 20_000
        assert len(entry.value) <= 40
        assert entry.meter_id is None or 0 < entry.meter_id < 2**63
        kept.encode("utf-8")


@patient
@given(said=anything)
def test_anything_else_is_refused_in_words(said: Any) -> None:
    for read in (wire.entries, wire.proof):
        with suppress(wire.UnableToRead):
            read(said if isinstance(said, dict) else {"entries": said})
    with suppress(wire.UnableToRead):
        wire.parsed(json.dumps(said).encode())


@patient
@given(body=st.binary(max_size=200))
def test_any_bytes(body: bytes) -> None:
    with suppress(wire.UnableToRead):
        assert isinstance(wire.parsed(body), dict)


def test_every_refusal_says_what_to_do() -> None:
    number = UUID(int=1)
    reasons = ("unknown_bill", "unknown_meter", "which_meter", "not_a_number", "too_many_decimals", "negative",
               "entry_id_taken")  # fmt: skip
    assert all(wire.message(EntryAnswer(number, "refused", reason)) for reason in reasons)
    assert wire.message(EntryAnswer(number, "try_again"))
