"""What machines call: their key, clear errors, and nothing a sender can break."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from tests.channels.terminal.hall import NOW, Visitor, make_terminal

from saime.channels.terminal.contracts import KnownTerminal
from saime.channels.terminal.models import SignOfLife, TerminalEntry
from saime.channels.terminal.operations import enrol, revoke
from saime.channels.terminal.views import api, device
from saime.metering.models import Submission

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def now() -> Any:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


class Machine:
    """A machine of somebody else's, with a key."""

    def __init__(self, key: str) -> None:
        self.client, self.key = Client(), key

    def post(self, name: str, said: Any, **headers: str) -> Any:
        body = said if isinstance(said, bytes | str) else json.dumps(said)
        given = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        return self.client.post(
            f"/terminal/api/{name}", body, content_type="application/json", headers=given | headers
        )


@pytest.fixture
def machine(key: str) -> Machine:
    return Machine(key)


def row(visitor: Visitor, value: str = "104.25", **values: Any) -> dict[str, Any]:
    return {
        "entry_id": str(uuid4()), "entered_at": NOW.isoformat(), "account_no": visitor.account.account_no,
        "bill_no": visitor.bill.bill_no, "meter_id": visitor.cold.pk, "value": value, **values,
    }  # fmt: skip


def batch(*rows: dict[str, Any], **said: Any) -> dict[str, Any]:
    return {"sent_at": NOW.isoformat(), "queue": len(rows), "software": "1.0", "entries": list(rows), **said}


def test_a_machine_from_its_code_to_a_registered_reading(visitor: Visitor) -> None:
    code = enrol(name="Automāts", now=NOW)
    machine = Machine("")
    reply = machine.post("enrol", {"code": code})
    machine.key = reply.json()["key"]
    found = machine.post("lookup", {"code": visitor.code, "language": "lv"}).json()
    assert found["period"] == "2026-11"
    assert found["window"]["is_open"] is True
    cold = next(m for m in found["meters"] if m["medium"] == "cold")
    assert cold == {
        "meter_id": visitor.cold.pk, "meter_no": visitor.cold.meter_no, "medium": "cold", "digits": 5,
        "previous": "100.000", "estimated": cold["estimated"], "months": cold["months"], "this_month": None,
    }  # fmt: skip
    reply = machine.post("entries", batch(row(visitor)))
    [answer] = reply.json()["answers"]
    assert (answer["outcome"], answer["m3"], answer["value"], answer["is_final"]) == (
        "registered", "4.250", "104.250", True,
    )  # fmt: skip
    assert (
        machine.post("lookup", {"code": visitor.code}).json()["meters"][0]["this_month"]["value"] == "104.250"
    )


def test_nobodys_name_or_address_comes_back(machine: Machine, visitor: Visitor) -> None:
    said = machine.post("lookup", {"code": visitor.code}).content.decode()
    for private in (
        visitor.account.holder_name,
        visitor.account.building.address,
        visitor.account.account_no,
    ):
        assert private not in said


@pytest.mark.parametrize("language", ["lv", "ru", "en"])
def test_refusals_in_the_language_asked_for(machine: Machine, visitor: Visitor, language: str) -> None:
    wrong = {"account_no": visitor.account.account_no, "bill_no": "1", "language": language}
    reply = machine.post("lookup", wrong)
    assert (reply.status_code, reply.json()["error"]) == (404, "unknown_bill")
    words = {"lv": "nesader", "ru": "не подходят", "en": "do not belong together"}
    assert words[language] in reply.json()["message"]
    [answer] = machine.post("entries", batch(row(visitor, "1"), language=language)).json()["answers"]
    assert (answer["outcome"], answer["reason"]) == ("rejected", "lower_than_earlier")
    assert {"lv": "mazāks", "ru": "меньше", "en": "lower than"}[language] in answer["message"]


# Keys


@pytest.mark.parametrize("name", ["health", "lookup", "entries"])
def test_without_a_key_of_ours(name: str, key: str, visitor: Visitor) -> None:
    for wrong in ("", "1.forged", key + "x", key[:-1]):
        reply = Machine(wrong).post(name, batch(row(visitor)))
        assert (reply.status_code, reply.json()["error"]) == (401, "unknown_key")
    assert not TerminalEntry.objects.exists()


def test_a_revoked_key(machine: Machine, terminal: KnownTerminal, visitor: Visitor) -> None:
    revoke(name=terminal.name, now=NOW)
    assert machine.post("entries", batch(row(visitor))).status_code == 401
    assert not Submission.objects.exists()


def test_the_cookie_of_a_browser_is_a_key_but_no_script_sees_it(visitor: Visitor) -> None:
    code = enrol(name="Zāle", now=NOW)
    browser = Client()
    reply = browser.post("/terminal/enrol/", {"code": code})
    assert (reply.status_code, reply["Location"]) == (302, "/terminal/")
    cookie = reply.cookies[device.COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Strict", "/terminal/")
    said = browser.post("/terminal/api/health", "{}", content_type="application/json")
    assert said.json()["terminal"] == "Zāle"
    assert device.COOKIE in said.cookies


def test_a_wrong_code(db: None) -> None:
    reply = Client().post("/terminal/enrol/", {"code": "AAA"})
    assert reply.status_code == 422
    assert Machine("").post("enrol", {"code": 7}).json()["error"] == "wrong_code"
    for _ in range(10):
        reply = Machine("").post("enrol", {"code": "AAA"})
    assert (reply.status_code, reply["Retry-After"]) == (429, "900")
    assert Client().post("/terminal/enrol/", {"code": "AAA"}).status_code == 429


# Bad input


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ("{", 400, "not_json"),
        (b"\xff\xfe{}", 400, "not_json"),
        ("[" * 100_000, 400, "not_json"),
        ("[]", 400, "not_json"),
        ("{}", 400, "not_understood"),
        ('{"entries": 7}', 400, "not_understood"),
        ('{"entries": [7]}', 400, "not_understood"),
        ('{"entries": [{}]}', 400, "not_understood"),
        ('{"entries": [{"entry_id": "no-uuid"}]}', 400, "not_understood"),
        ('{"entries": [{"entry_id": 5}]}', 400, "not_understood"),
        ("x" * 1024 * 1024, 413, "too_large"),
    ],
)
def test_bodies_that_are_none(machine: Machine, body: str | bytes, status: int, code: str) -> None:
    reply = machine.post("entries", body)
    assert (reply.status_code, reply.json()["error"]) == (status, code)


def test_a_large_body_without_a_length_is_not_read_to_its_end(machine: Machine) -> None:
    from io import BytesIO

    from django.core.handlers.wsgi import WSGIRequest
    from django.test import RequestFactory

    environ = RequestFactory().post("/terminal/api/entries", b"", content_type="application/json").environ
    endless = BytesIO(b"x" * 4 * api.LARGEST_BODY)
    environ |= {"wsgi.input": endless, "CONTENT_LENGTH": "", "CONTENT_TYPE": "application/json"}
    environ["HTTP_AUTHORIZATION"] = f"Bearer {machine.key}"
    reply = api.entries(WSGIRequest(environ))
    assert reply.status_code in (400, 413)
    assert endless.tell() <= api.LARGEST_BODY + 1


def test_too_many_and_twice_the_same(machine: Machine, visitor: Visitor) -> None:
    many = machine.post("entries", batch(*(row(visitor) for _ in range(51))))
    twice = row(visitor)
    assert (
        many.json()["error"]
        == machine.post("entries", batch(twice, twice)).json()["error"]
        == "not_understood"
    )
    assert not TerminalEntry.objects.exists()


def test_odd_values_are_refused_entry_by_entry(machine: Machine, visitor: Visitor) -> None:
    odd: list[dict[str, Any]] = [
        {"value": None}, {"value": ["104"]}, {"value": "1" * 5000}, {"value": "104\0"}, {"value": "\ud800"},
        {"value": True}, {"value": 1e300}, {"value": "104", "meter_id": "x", "medium": {}}, {"value": "१०४"},
        {"value": "104", "meter_id": 10**30}, {"value": "104", "account_no": {"a": 1}},
    ]  # fmt: skip
    rows = [row(visitor, **values) for values in odd]
    reply = machine.post("entries", batch(*rows, row(visitor, "104")))
    answers = reply.json()["answers"]
    assert reply.status_code == 200
    assert [a["entry_id"] for a in answers[:-1]] == [r["entry_id"] for r in rows]
    assert {a["outcome"] for a in answers} == {"refused", "registered", "superseded"}
    # A zero byte is left out, and other scripts have digits too: these two are readings.
    assert sum(a["outcome"] == "refused" for a in answers) == len(odd) - 2
    assert TerminalEntry.objects.count() == len(odd) + 1


NO_TIMES = [
    "yesterday", None, 5, "2026-11-26T10:00:00", "9999-12-31T23:59:59+00:00", "0001-01-01T00:00:00Z",
    "2026-13-01T00:00Z",
]  # fmt: skip


@pytest.mark.parametrize("moment", NO_TIMES)
def test_times_that_are_none_count_as_ours(machine: Machine, visitor: Visitor, moment: Any) -> None:
    [answer] = machine.post("entries", batch(row(visitor, entered_at=moment))).json()["answers"]
    assert (answer["outcome"], answer["counted_at"]) == ("registered", NOW.isoformat())
    reply = machine.post("health", {"sent_at": moment})
    assert reply.json()["clock_difference_ms"] is None


def test_other_methods_and_types(machine: Machine) -> None:
    headers = {"Authorization": f"Bearer {machine.key}"}
    assert machine.client.get("/terminal/api/health", headers=headers).status_code == 405
    reply = machine.client.post("/terminal/api/health", {"a": "b"}, headers=headers)
    assert (reply.status_code, reply.json()["error"]) == (415, "wrong_type")
    assert machine.post("lookup", {"account_no": "1"}).json()["error"] == "not_understood"


def test_calls_are_limited(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "CALLS_A_MINUTE", 3)
    assert [machine.post("health", {}).status_code for _ in range(4)] == [200, 200, 200, 429]


def test_a_sign_of_life_measures_the_clock(machine: Machine, terminal: KnownTerminal) -> None:
    reply = machine.post(
        "health", {"sent_at": "2026-11-26T10:00:02.500+00:00", "queue": 4, "software": "1.0"}
    )
    assert reply.json()["clock_difference_ms"] == 2500
    assert reply.json()["now"] == NOW.isoformat()
    sign = SignOfLife.objects.get(terminal_id=terminal.terminal_id)
    assert (sign.queue_length, sign.clock_difference_ms, sign.software) == (4, 2500, "1.0")


def test_the_page_and_its_worker(client: Client) -> None:
    page, worker = client.get("/terminal/"), client.get("/terminal/worker.js")
    assert page.status_code == worker.status_code == 200
    assert worker["Service-Worker-Allowed"] == "/terminal/"
    assert worker["Content-Type"].startswith("text/javascript")
    assert "no-cache" in worker["Cache-Control"]
    assert "script-src 'self'" in page["Content-Security-Policy"]
    assert device.COOKIE not in page.cookies


def test_every_file_of_the_worker_is_there(client: Client) -> None:
    from django.contrib.staticfiles import finders

    from saime.channels.terminal.views.page import OTHERS, SCRIPTS, STYLES

    assert [name for name in (*STYLES, *SCRIPTS, *OTHERS) if finders.find(name) is None] == []


def test_the_key_is_that_of_its_terminal(visitor: Visitor) -> None:
    (_one, _key), (other, key) = make_terminal("A"), make_terminal("B")
    Machine(key).post("entries", batch(row(visitor)))
    assert TerminalEntry.objects.get().terminal_id == other.terminal_id
