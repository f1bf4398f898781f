"""How much of it: limits that keep a phone gone mad, a joker or a thief of SMS credit from doing harm."""

from __future__ import annotations

from datetime import datetime, timedelta

A_NUMBER_AN_HOUR = 20
"""So many messages of one number are looked at in an hour; the first beyond is told so, the rest are only kept."""
ALL_A_MINUTE = 1200
"""Beyond that the gateway is told to try again later: nothing is lost, and the portal stays quick."""
STRANGERS_AN_HOUR = 300
"""Answers to numbers that we do not know, all together: each costs money, and numbers can be forged."""
STRANGER_AGAIN = timedelta(hours=24)
SAME_MESSAGE = timedelta(minutes=10)
"""The same text of the same number within it is the same message, sent again by the phone or the network."""
GOES_ON = timedelta(minutes=30)
"""So long a second message of a phone that is nobody's goes on with the customer number of the first."""
PARTS_WAIT = timedelta(minutes=30)
"""So long the parts of a long message wait for each other."""
_LATE = timedelta(hours=24)
_AHEAD = timedelta(minutes=5)


def counted_time(received_at: datetime | None, now: datetime) -> datetime:
    """When the message counts: when the network took it, where its clock can be believed; else when it came here."""
    if received_at is None or not now - _LATE <= received_at <= now + _AHEAD:
        return now
    return min(received_at, now)
