"""What we answer: in one part where it can be, in every language, and nothing to strangers that is not theirs."""

from __future__ import annotations

import inspect
import re
from typing import Any

import pytest

from saime.channels.sms import answers
from saime.channels.sms.answers import Addressee
from saime.channels.sms.rules.alphabet import is_gsm

CODES = [
    "no_customer", "which_customer", "unknown_customer", "ended_customer", "no_meter", "which_meter", "which_label",
    "unknown_meter", "other_medium", "two_numbers", "no_number", "no_readings", "contradiction", "not_a_number",
    "negative", "too_many_decimals", "too_long", "binary", "encoding", "incomplete", "flood", "failed",
    "not_understood",
]  # fmt: skip
METERS = (("55667788", "cold"), ("11223344", "hot"))
SEVERAL = (("55667788", "cold"), ("11223344", "hot"), ("11223345", "hot"))


def about(code: str) -> str:
    return {"no_meter": "hot", "which_meter": "hot", "no_number": "cold"}.get(code, "1234568")


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("is_own", [True, False], ids=["own", "stranger"])
def test_what_was_wrong_fits(code: str, is_own: bool) -> None:
    said = {}
    for language in ("lv", "ru", "en"):
        meters = SEVERAL if code == "which_meter" else METERS
        to = Addressee(language, is_own, "1234567", meters, names_account=not is_own)
        said[language] = answers.of_problem(code, about(code), to, ["1234567", "7654321"])
        assert "%(" not in said[language].text
        if not is_own:
            assert "11223344" not in said[language].text
    assert len({one.text for one in said.values()}) == 3
    assert (said["lv"].parts, said["en"].parts) == (1, 1)
    assert said["ru"].parts <= 2
    assert is_gsm(said["lv"].text)


@pytest.mark.parametrize("language", ["lv", "ru", "en"])
def test_commands_and_balances_fit(language: str) -> None:
    to = Addressee(language, is_own=True, account_no="1234567", meters=METERS)
    for one in (
        answers.of_help(to), answers.of_stop(to), answers.of_start(to), answers.of_balance_refused(to),
        answers.of_balance([("1234567", 4567, 0)], to), answers.of_balance([("1234567", -123456, 0)], to),
        answers.of_balance([("1234567", 0, 0)], to), answers.of_balance([("1234567", 4567, 4500)], to),
    ):  # fmt: skip
        assert one.parts == 1, one.text
        assert one.text


@pytest.mark.parametrize("language", ["lv", "ru", "en"])
def test_every_command_that_an_answer_names_is_understood(language: str) -> None:
    from saime.channels.sms.rules.understanding import Known, understand

    to = Addressee(language, is_own=True, account_no="1234567", meters=METERS)
    named = f"{answers.of_help(to).text} {answers.of_stop(to).text} {answers.of_start(to).text}"
    words = set(re.findall(r"\b[A-ZĀČĒĢĪĶĻŅŠŪŽА-Я]{4,}\b", named)) - {"PORTAL"}
    assert len(words) >= 3
    for word in words:
        assert understand(word, Known()).command, word


@pytest.mark.parametrize("language", ["lv", "ru", "en"])
def test_the_example_that_an_answer_gives_is_understood(language: str) -> None:
    from django.utils import translation

    from saime.channels.sms.rules.understanding import Known, KnownAccount, KnownMeter, understand

    account = KnownAccount(1, "1234567", tuple(KnownMeter(n, no, m) for n, (no, m) in enumerate(SEVERAL, 1)))
    for is_own in (True, False):
        meters = SEVERAL if is_own else METERS
        known = KnownAccount(1, "1234567", account.meters if is_own else account.meters[:2])
        to = Addressee(language, is_own, "1234567", meters, names_account=not is_own)
        with translation.override(language):
            written = answers.example(to)
        found = understand(written, Known(own=(known,), named={"1234567": known}))
        assert len(found.readings) == len(meters), written


def test_every_code_of_the_rules_has_a_sentence_of_its_own() -> None:
    from saime.channels.sms.operations import acting, receiving
    from saime.channels.sms.rules import matching, understanding

    raised: set[str] = set()
    for module in (matching, understanding, acting, receiving):
        raised |= set(re.findall(r'(?:Problem|_Wrong)\(\s*"(\w+)"', inspect.getsource(module)))
    assert raised
    assert raised <= set(CODES)
    to = Addressee("en", is_own=False)
    texts: dict[str, Any] = {
        code: answers.of_problem(code, "x", to).text for code in raised - {"not_understood"}
    }
    assert not any(text.startswith("Not understood") for text in texts.values())
