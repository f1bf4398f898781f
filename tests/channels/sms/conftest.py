"""A flat whose owner texts."""

from __future__ import annotations

import pytest
from tests.channels.sms.texting import make_flat, read_every_month

from saime.estate.models import Account


@pytest.fixture
def flat(db: None) -> Account:
    account = make_flat()
    read_every_month("11223344")
    read_every_month("55667788")
    return account
