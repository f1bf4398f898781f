"""saime terminal: what it prints, and what it says where it cannot."""

from __future__ import annotations

import json
from typing import Any

import pytest

from saime.channels.terminal.operations import redeem_code
from saime.channels.terminal.queries import terminal_with_key
from saime.interchange.cli import WrongUsage, parser
from saime.interchange.commands import terminal as command

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _installation_is_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test's database is the installation's."""
    monkeypatch.setattr(command, "open_installation", lambda: False)


@pytest.fixture
def saime(capsys: pytest.CaptureFixture[str]) -> Any:
    """Runs a command line; gives its JSON lines."""

    def run(*line: str) -> list[dict[str, Any]]:
        assert command.terminal(parser().parse_args(["terminal", *line])) == 0
        return [json.loads(text) for text in capsys.readouterr().out.splitlines()]

    return run


def test_from_the_code_to_the_end(saime: Any) -> None:
    from django.utils import timezone

    [said] = saime("enrol", "Zāle", "--place", "Brīvības iela 1")
    assert saime("list")[0]["state"] == "waiting"
    key = redeem_code(code=said["code"], address="10.0.0.1", now=timezone.now()).key
    [seen] = saime("list")
    assert (seen["terminal"], seen["place"], seen["state"]) == ("Zāle", "Brīvības iela 1", "silent")
    [renewed] = saime("enrol", "Zāle", "--renew")
    assert renewed["code"] != said["code"]
    assert saime("revoke", "Zāle") == [{"terminal": "Zāle", "state": "revoked"}]
    assert terminal_with_key(key) is None
    assert saime("list")[0]["state"] == "revoked"


@pytest.mark.parametrize("line", [("enrol", " "), ("enrol", "x" * 61), ("revoke", "nobody")])
def test_what_cannot_be_is_said(saime: Any, line: tuple[str, ...]) -> None:
    with pytest.raises(WrongUsage, match="terminal"):
        saime(*line)


def test_a_terminal_at_work_is_not_taken_over(saime: Any) -> None:
    from django.utils import timezone

    [said] = saime("enrol", "Zāle")
    redeem_code(code=said["code"], address="10.0.0.1", now=timezone.now())
    with pytest.raises(WrongUsage, match="--renew"):
        saime("enrol", "Zāle")
