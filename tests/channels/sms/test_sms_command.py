"""The commands: run until they are told to stop, say what is missing, show how the channel is."""

from __future__ import annotations

import json
import os
import signal
import threading
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from tests.channels.sms.centre import centre
from tests.channels.sms.kannel import TEMPLATE, free_ports, until
from tests.channels.sms.smsc import PASSWORD, SYSTEM_ID
from tests.channels.sms.texting import IN_WINDOW, text

from saime.channels.sms.models import OutgoingMessage
from saime.config.installation import create
from saime.estate.models import Account
from saime.interchange.cli import main

pytestmark = pytest.mark.django_db(transaction=True)
SECRET = "a-secret-that-is-long-enough"


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    """An installation on the tests' own database."""
    monkeypatch.setenv("SAIME_DATA_DIR", str(settings.TEST_DATA_DIR))
    create(settings.TEST_DATA_DIR)


def use(settings: Any, **values: str) -> None:
    settings.SMS = {f"SAIME_SMS_{name}": value for name, value in values.items()}


def interrupted(*words: str, when: Any) -> int:
    """The command in this thread, and Ctrl-C once `when` is true."""

    def watch() -> None:
        try:
            until(when)
        finally:
            connections.close_all()
            os.kill(os.getpid(), signal.SIGINT)

    watcher = threading.Thread(target=watch)
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    watcher.start()
    try:
        return main(["sms", *words])
    finally:
        watcher.join()
        for number, handler in before.items():
            signal.signal(number, handler)


def test_status_is_one_line(flat: Account, capsys: pytest.CaptureFixture[str]) -> None:
    text("Labdien")
    assert main(["sms", "status"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["waiting"], found["oldest_waiting_since"]) == (1, IN_WINDOW.isoformat())


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (["send"], "SAIME_SMS_KANNEL_SECRET"), (["smpp"], "SAIME_SMS_SMPP_HOST"),
        (["kannel", "--config", "x"], "SAIME_SMS_KANNEL_SECRET"),
    ],
)  # fmt: skip
def test_what_is_not_set_up_is_said(
    flat: Account, settings: Any, capsys: pytest.CaptureFixture[str], step: list[str], said: str
) -> None:
    use(settings)
    assert main(["sms", *step]) == 2
    assert said in capsys.readouterr().err
    use(settings, KANNEL_SECRET="short", SMPP_HOST="h", SMPP_PORT="x")
    assert main(["sms", *step]) == 2
    assert "SAIME_SMS_" in capsys.readouterr().err


def test_send_goes_on_until_ctrl_c(flat: Account, settings: Any) -> None:
    text("HELP", at=IN_WINDOW.replace(year=2020))
    use(settings, KANNEL_SECRET=SECRET)
    assert interrupted("send", when=lambda: OutgoingMessage.objects.filter(state="expired").exists()) == 0


def test_smpp_goes_on_until_ctrl_c(flat: Account, settings: Any) -> None:
    with centre() as smsc:
        use(
            settings,
            SMPP_HOST="127.0.0.1",
            SMPP_PORT=str(smsc.port),
            SMPP_SYSTEM_ID=SYSTEM_ID,
            SMPP_PASSWORD=PASSWORD,
        )
        assert interrupted("smpp", when=lambda: smsc.wait("bound")) == 0
        smsc.wait("lost")


def test_kannel_runs_until_ctrl_c_and_says_when_it_cannot(
    flat: Account, settings: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ports = dict(zip(("ADMIN_PORT", "SMSBOX_PORT", "FAKE_PORT", "SENDSMS"), free_ports(4), strict=True))
    template = TEMPLATE.read_text()
    for mark in ("ADMIN_PORT", "SMSBOX_PORT", "FAKE_PORT"):
        template = template.replace(f"@{mark}@", str(ports[mark]))
    own = tmp_path / "own.conf"
    own.write_text(template)
    use(
        settings,
        KANNEL_SECRET=SECRET,
        KANNEL_PASSWORD="p",
        KANNEL_URL=f"http://127.0.0.1:{ports['SENDSMS']}/cgi-bin/sendsms",
    )
    words = ("kannel", "--config", str(own), "--dir", str(tmp_path / "k"))
    assert interrupted(*words, when=(tmp_path / "k" / "smsbox.log").exists) == 0
    own.write_text("group = nonsense\n")
    assert main(["sms", *words]) == 1
    assert "bearerbox does not start" in capsys.readouterr().err
