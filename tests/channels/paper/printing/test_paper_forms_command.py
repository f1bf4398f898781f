"""saime paper forms: what it writes, what it says, and what it answers to a wrong question."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from tests.billing.factories import make_account, make_meter

from saime.config.installation import create
from saime.interchange.cli import main
from saime.platform.models import Policy


class Said:
    """The command, run in this process on the test's own database."""

    def __init__(self, capture: pytest.CaptureFixture[str]) -> None:
        self._capture = capture

    def __call__(self, *words: object) -> tuple[int, str, str]:
        self._capture.readouterr()
        status = main(["paper", "forms", *map(str, words)])
        said = self._capture.readouterr()
        return status, said.out, said.err


@pytest.fixture
def forms(
    db: None,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    settings: Any,
) -> Said:
    monkeypatch.setenv("SAIME_DATA_DIR", str(settings.TEST_DATA_DIR))
    settings.DATA_DIR = tmp_path / "home"
    settings.DATA_DIR.mkdir()
    create(settings.TEST_DATA_DIR)
    return Said(capsys)


def test_it_prints_a_form_for_each_account_and_says_how_many(forms: Said, tmp_path: Path) -> None:
    for meters in (1, 2, 9):
        account = make_account()
        for _ in range(meters):
            make_meter(account)
    make_account()  # without a meter
    target = tmp_path / "out" / "forms.pdf"
    status, out, err = forms("--period", "2026-11", "--out", target, "--progress")
    assert status == 0
    (line,) = out.splitlines()
    said = json.loads(line)
    assert said.pop("seconds") > 0
    assert said == {"period": "2026-11", "forms": 3, "sheets": 4, "no_meters": 1, "channel_off": 0,
                    "bytes": target.stat().st_size}  # fmt: skip
    assert "printing: 100%, 3 rows" in err
    assert len(pypdfium2.PdfDocument(target)) == 4


def test_a_building_or_an_account_alone(forms: Said, tmp_path: Path) -> None:
    one, other = make_account(), make_account(paperless=True)
    for account in (one, other):
        make_meter(account)
    target = tmp_path / "forms.pdf"
    for which in (["--building", one.building.building_no], ["--account", one.account_no], ["--paper-only"]):
        status, out, _ = forms("--period", "2026-11", *which, "--out", target)
        assert (status, json.loads(out)["forms"]) == (0, 1)


def test_a_wrong_question_is_status_2_a_sentence_and_no_file(forms: Said, tmp_path: Path) -> None:
    account = make_account(paperless=True)
    make_meter(account)
    (tmp_path / "file").write_text("in the way")
    target = tmp_path / "forms.pdf"
    for words, sentence in (
        (["--building", "B 99", "--out", target], "there is no building 'B 99'"),
        (["--account", "99", "--out", target], "no account '99' pays on 2026-11-30, the month's last day"),
        (["--account", account.account_no, "--paper-only", "--out", target], "or wants no paper (--paper-only)"),
        (["--paper-only", "--out", target], "no account pays on 2026-11-30, the month's last day and still gets paper"),
        (["--out", tmp_path / "file" / "forms.pdf"], "cannot be written"),
        (["--out", tmp_path], "cannot be written: Is a directory"),
    ):  # fmt: skip
        status, out, err = forms("--period", "2026-11", *words)
        assert (status, out) == (2, "")
        assert sentence in err
        assert "Traceback" not in err
    assert not target.exists()


def test_nothing_to_print_is_status_1_with_its_reason(forms: Said, tmp_path: Path) -> None:
    account = make_account()
    target = tmp_path / "forms.pdf"
    status, out, err = forms("--period", "2026-11", "--out", target)
    assert (status, json.loads(out)["no_meters"]) == (1, 1)
    assert "none of these accounts has a meter at the month's end" in err
    make_meter(account)
    Policy.objects.create(policy="channel_paper", value="off", valid_from=date(2026, 1, 1))
    status, out, err = forms("--period", "2026-11", "--out", target)
    assert (status, json.loads(out)["channel_off"]) == (1, 1)
    assert "policy channel_paper" in err
    assert not target.exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "required"),
        (("forms", "--out", "x.pdf"), "--period"),
        (("forms", "--period", "2026-13", "--out", "x.pdf"), "is not a month"),
        (("forms", "--period", "2026-11"), "--out"),
        (("forms", "--period", "2026-11", "--out", "x", "--building", "1", "--account", "2"), "not allowed"),
        (("fold",), "invalid choice"),
    ],
)
def test_arguments_are_checked_before_anything_else(
    words: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["paper", *words])
    assert ended.value.code == 2
    assert said in capsys.readouterr().err
