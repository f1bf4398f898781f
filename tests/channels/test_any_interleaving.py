"""Whatever comes, by whichever door, in whatever order and how often: the same reading is registered."""

from __future__ import annotations

import random as chance
from collections.abc import Sequence

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.channels.doors import CHANNEL, DOORS, NOVEMBER, Event
from tests.channels.guest.homes import make_home
from tests.channels.terminal.hall import make_terminal

from saime.metering.models import RegisteredReading, Submission

pytestmark = pytest.mark.django_db
PRIORITY = ("portal", "sms", "terminal", "paper")
EVENTS = st.lists(
    st.builds(Event, st.sampled_from(sorted(DOORS)), st.integers(0, 239)),
    min_size=1, max_size=7, unique_by=lambda event: event.minute,
)  # fmt: skip


class _NothingHappened(Exception):
    """What was tried is taken back."""


def channel_of(event: Event) -> str:
    return CHANNEL.get(event.door, event.door)


def expected(events: Sequence[Event]) -> Event:
    """The highest channel's latest: the rule in one line, written without the product."""
    return min(events, key=lambda event: (PRIORITY.index(channel_of(event)), -event.minute))


def outcome(coming: Sequence[Event]) -> tuple[str, str, int]:
    """Channel and value registered after all of them came in a new home, and how many submissions there are."""
    found: list[tuple[str, str, int]] = []
    try:
        with transaction.atomic():
            home, (terminal, _key) = make_home(), make_terminal()
            for event in coming:
                DOORS[event.door](event, home, terminal)
            row = RegisteredReading.objects.get(meter=home.cold, period=NOVEMBER)
            found.append((row.channel, str(row.value), Submission.objects.filter(meter=home.cold).count()))
            raise _NothingHappened
    except _NothingHappened:
        return found[0]


@given(events=EVENTS, random=st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_interleaving_with_any_repeats(events: list[Event], random: chance.Random) -> None:
    coming = events + random.choices(events, k=len(events))
    random.shuffle(coming)
    wanted = expected(events)
    assert outcome(coming) == (channel_of(wanted), str(wanted.value), len(events))
