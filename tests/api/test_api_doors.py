"""Every address of the API: without a key, with a revoked or forged one, with one of another scope, too often, too
large. The addresses are read from the API's own description, so that a new one is tried without being listed here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from tests.api.conftest import Answer, Caller, Make
from tests.metering.houses import IN_WINDOW

from saime.api.models import Scope
from saime.api.operations import revoke_key
from saime.api.v1.api import api
from saime.api.v1.problems import MOST_BYTES
from saime.channels.remote.models import DailyValue
from saime.metering.models import Meter, Submission
from saime.residents.models import Outbox

pytestmark = pytest.mark.django_db

BODIES: dict[str, Any] = {
    "/readings": {"readings": [{"reference": "r1", "meter_no": "M1", "value": "105"}]},
    "/remote/values": {
        "values": [{"meter_no": "M1", "value": "105", "read_at": "2026-11-25T22:00:00+02:00"}]
    },
}


def operations() -> Iterator[tuple[str, str]]:
    for path, methods in api.get_openapi_schema()["paths"].items():
        for method in methods:
            yield method, path.removeprefix("/api/v1")


EVERY = sorted(operations())
every = pytest.mark.parametrize(("method", "path"), EVERY, ids=[f"{m} {p}" for m, p in EVERY])


def call(caller: Caller, method: str, path: str) -> Answer:
    filled = path.replace("{meter_no}", "M1").lstrip("/")
    return caller.get(filled) if method == "get" else caller.post(filled, BODIES.get(path, b"x"))


def nothing_happened() -> bool:
    return not (Submission.objects.exists() or DailyValue.objects.exists() or Outbox.objects.exists())


def problem(answer: Answer, status: int, code: str) -> None:
    assert (answer.status, answer.body["code"]) == (status, code)
    assert answer.response["Content-Type"] == "application/problem+json"
    assert answer.body["detail"]
    assert nothing_happened()


@every
def test_without_a_key(meter: Meter, method: str, path: str) -> None:
    answer = call(Caller(), method, path)
    problem(answer, 401, "no_key")
    assert answer.response["WWW-Authenticate"] == "Bearer"


@every
def test_with_a_forged_key(make: Make, method: str, path: str) -> None:
    token = make()
    for forged in (token + "x", token[:-1], token.replace("saime_", "saime_0"), "saime_x_y", "null"):
        problem(call(Caller(forged), method, path), 401, "no_key")


@every
def test_with_a_revoked_key(make: Make, method: str, path: str) -> None:
    token = make(name="old", scopes=list(Scope.values), channel="terminal", source=_source())
    revoke_key(name="old", now=IN_WINDOW)
    problem(call(Caller(token), method, path), 401, "no_key")


def _source() -> str:
    from tests.channels.remote.houses import source

    source()
    return "radio"


@every
def test_with_a_key_of_every_other_scope(make: Make, method: str, path: str) -> None:
    opened = [scope for scope in Scope.values if call(Caller(make(scope)), method, path).status != 403]
    assert len(opened) == 1, "one scope opens an address, and only one"


@every
def test_too_often(make: Make, method: str, path: str) -> None:
    token = make(scopes=list(Scope.values), channel="terminal", source=_source(), per_minute=2)
    caller = Caller(token)
    for _ in range(2):
        assert call(caller, method, path).status != 429
    answer = call(caller, method, path)
    assert (answer.status, answer.body["code"]) == (429, "too_often")
    assert answer.response["Retry-After"] == "60"


@pytest.mark.parametrize(("path", "scope"), [("readings", Scope.SUBMIT), ("remote/values", Scope.REMOTE)])
def test_a_body_of_more_than_a_mebibyte(make: Make, path: str, scope: str) -> None:
    answer = Caller(make(scope)).post(path, b"[" + b" " * MOST_BYTES)
    problem(answer, 413, "too_large")


NO_BODIES = [
    b"", b"{", b"null", b"[]", b"\xff\xfe", b'{"readings": []}', b'{"values": {}}', b'{"readings": [{}]}', b"1e999",
    b'"\\ud800"', b"[" * 500_000,
    rb'{"readings": [{"reference": "r", "meter_no": "\ud800", "value": "1"}]}',
    rb'{"readings": [{"reference": "r", "meter_no": "M1", "value": "\ud800"}]}',
    rb'{"values": [{"meter_no": "\udfff", "value": "1", "read_at": "2026-11-25T22:00:00+02:00"}]}',
]  # fmt: skip


@pytest.mark.parametrize("body", NO_BODIES, ids=range(len(NO_BODIES)))
@pytest.mark.parametrize(("path", "scope"), [("readings", Scope.SUBMIT), ("remote/values", Scope.REMOTE)])
def test_a_body_that_is_none(make: Make, path: str, scope: str, body: bytes) -> None:
    answer = Caller(make(scope)).post(path, body)
    assert answer.status in (400, 422)
    assert answer.body["code"] in ("not_json", "invalid")
    assert nothing_happened()


def test_an_error_does_not_repeat_what_was_sent(make: Make) -> None:
    sent = {"readings": [{"reference": "a b", "meter_no": "GEHEIM" * 20, "value": "1"}]}
    answer = Caller(make()).post("readings", sent)
    assert answer.status == 422
    assert {error["field"] for error in answer.body["errors"]} == {
        "body.readings.0.reference", "body.readings.0.meter_no",
    }  # fmt: skip
    assert b"GEHEIM" not in answer.response.content


@pytest.mark.parametrize(("language", "said"), [("lv", "atslēgu"), ("ru", "ключ"), ("en", "key")])
def test_problems_speak_the_language_asked_for(meter: Meter, language: str, said: str) -> None:
    assert said.lower() in Caller(language=language).get("meters/M1").body["detail"].lower()


def test_what_is_not_there_is_said(make: Make) -> None:
    assert Caller(make()).get("nothing").status == 404


def test_the_description_is_open_and_the_page_needs_no_script(meter: Meter) -> None:
    description = Caller().get("openapi.json")
    assert description.status == 200
    assert "/api/v1/readings" in description.body["paths"]
    page = Caller().client.get("/api/")
    assert page.status_code == 200
    assert "POST /api/v1/readings" in page.content.decode()
