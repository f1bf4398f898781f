"""Keys: made, shown once, revoked; and what the database refuses whoever writes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from tests.api.conftest import Caller, Make
from tests.metering.houses import IN_WINDOW

from saime.api.models import ApiKey
from saime.api.operations import UnableToCreateKey, UnableToRevokeKey, create_key, revoke_key
from saime.api.queries import key_of_token, list_keys
from saime.metering.models import Meter

pytestmark = pytest.mark.django_db


def test_a_key_opens_and_its_secret_is_nowhere(make: Make) -> None:
    token = make(name="Kiosk")
    secret = token.split("_", 2)[2]
    found = key_of_token(token)
    assert found is not None
    assert (found.name, found.channel) == ("Kiosk", "terminal")
    row = ApiKey.objects.values().get()
    assert secret not in repr(row)
    assert secret.encode() not in bytes(row["secret_hash"])


def test_a_key_that_is_not_quite_right_opens_nothing(make: Make) -> None:
    token = make()
    word, prefix, secret = token.split("_", 2)
    almost = [
        "", "Bearer", f"{word}_{prefix}_", f"{word}_{prefix}_{secret}x", f"{word}_{prefix}_{secret[:-1]}",
        f"other_{prefix}_{secret}", f"{word}_{'0' * 10}_{secret}", f"{word}_\x00_{secret}", "é" * 300,
    ]  # fmt: skip
    for wrong in almost:
        assert key_of_token(wrong) is None, wrong


def test_a_revoked_key_opens_nothing(make: Make) -> None:
    token = make(name="Kiosk")
    revoke_key(name="Kiosk", now=IN_WINDOW)
    assert key_of_token(token) is None
    with pytest.raises(UnableToRevokeKey):
        revoke_key(name="Kiosk", now=IN_WINDOW)
    [listed] = list_keys()
    assert listed.revoked_at == IN_WINDOW
    assert listed.buildings == ("B1",)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"scopes": []}, "unknown scope"),
        ({"scopes": ["everything"]}, "there are: readings:submit"),
        ({"scopes": ["readings:submit"]}, "names its channel"),
        ({"scopes": ["readings:submit"], "channel": "staff"}, "cannot come by the channel 'staff'"),
        ({"scopes": ["meters:read"], "channel": "portal"}, "names its channel"),
        ({"scopes": ["remote:readings"]}, "names its source"),
        ({"scopes": ["remote:readings"], "source": "nobody"}, "saime remote source nobody"),
        ({"scopes": ["meters:read"], "building_nos": ["B9"]}, "no building B9"),
        ({"scopes": ["meters:read"], "name": " "}, "has a name"),
    ],
)
def test_a_key_without_sense_is_not_made(options: dict[str, Any], said: str) -> None:
    with pytest.raises(UnableToCreateKey, match=said):
        create_key(**{"name": "Kiosk", "now": IN_WINDOW} | options)
    assert not ApiKey.objects.exists()


def test_a_name_stands_for_one_key(make: Make) -> None:
    make(name="Kiosk")
    with pytest.raises(UnableToCreateKey, match="another name"):
        make(name="Kiosk")
    assert ApiKey.objects.count() == 1


@pytest.mark.parametrize(
    "fields",
    [{"scopes": []}, {"scopes": ["all"]}, {"channel": ""}, {"channel": "staff"}, {"scopes": ["meters:read"]},
     {"scopes": ["readings:submit", "remote:readings"]}],
)  # fmt: skip
def test_the_database_refuses_what_makes_no_sense(make: Make, fields: dict[str, Any]) -> None:
    make()
    with pytest.raises(IntegrityError), transaction.atomic():
        ApiKey.objects.update(**fields)


def test_when_it_was_used_last_to_the_minute(make: Make, meter: Meter, now: Any) -> None:
    caller = Caller(make("meters:read"))
    caller.get("meters/M1")
    assert ApiKey.objects.get().last_used_at == IN_WINDOW
    now.shift(timedelta(seconds=30))
    caller.get("meters/M1")
    assert ApiKey.objects.get().last_used_at == IN_WINDOW
    now.shift(timedelta(minutes=1))
    caller.get("meters/M1")
    assert ApiKey.objects.get().last_used_at == IN_WINDOW + timedelta(seconds=90)
