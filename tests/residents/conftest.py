"""Two flats, an owner of the first, and nobody in the second."""

from __future__ import annotations

import pytest

from saime.estate.models import Account
from saime.residents.models import User
from tests.residents.houses import give, make_account, make_user


@pytest.fixture
def flat(db: None) -> Account:
    return make_account("4000001", "1")


@pytest.fixture
def other_flat(db: None) -> Account:
    return make_account("4000002", "2")


@pytest.fixture
def owner(flat: Account) -> User:
    user = make_user()
    give(user, flat)
    return user
