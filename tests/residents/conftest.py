"""Two flats, an owner of the first, and nobody in the second."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.residents.houses import give, make_account, make_user
from tests.residents.mailbox import Mailbox

from saime.estate.models import Account
from saime.residents.models import User


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


@pytest.fixture
def mailbox(tmp_path: Path, settings: Any) -> Iterator[Mailbox]:
    """A mail server's folder. The server is not running until `start()`."""
    folder = tmp_path / "mail"
    folder.mkdir()
    box = Mailbox(folder)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", box.port, 5
    settings.SITE_URL = "https://saime.example"
    settings.DEFAULT_FROM_EMAIL = "Saime <saime@saime.example>"
    yield box
    box.stop()
