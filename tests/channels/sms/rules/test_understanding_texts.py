"""What people write, and what it means."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from saime.channels.sms.rules.letters import fold, writable
from saime.channels.sms.rules.tokens import numbers_to_look_up
from saime.channels.sms.rules.understanding import Known, KnownAccount, KnownMeter, Understood, understand

COLD, HOT = KnownMeter(2, "55667788", "cold"), KnownMeter(1, "11223344", "hot")
FLAT = KnownAccount(10, "1234567", (COLD, HOT))
BATH, KITCHEN = KnownMeter(4, "20AB-2222", "hot"), KnownMeter(5, "20003333", "hot")
HOUSE = KnownAccount(11, "7654321", (KnownMeter(3, "20001111", "cold"), BATH, KITCHEN))
LETTERED = KnownAccount(12, "AB-77/1", (KnownMeter(6, "9", "cold"),))
STRANGER = Known(named={account.account_no: account for account in (FLAT, HOUSE, LETTERED)})
OWN = Known(own=(FLAT,))
OWN_HOUSE = Known(own=(HOUSE,))
BOTH = [("11223344", "123.456"), ("55667788", "78.9")]


def values(understood: Understood) -> list[tuple[str, str]]:
    return sorted((r.meter_no, f"{r.value:f}".rstrip("0").rstrip(".")) for r in understood.readings)


@pytest.mark.parametrize(
    "text",
    [
        "RAD 1234567 K 123,456 A 78.9",
        "rad 1234567 k 123,456 a 78.9",
        "RAD1234567K123,456A78,9",
        "RAD 1234567 A 78,9 K 123,456",
        "1234567 K 123,456 A 78,9",
        "K 123,456 A 78,9 1234567",
        "RAD 1234567\nK 123,456\nA 78,9",
        "RAD 1234567 K:123,456; A:78,9.",
        "RAD 1234567 K=123.456/A=78.9",
        "RAD 1234567 K-123,456 A-78,9",
        "RAD 1234567 K 123,456m3 A 78,9 m³",
        "РАД 1234567 К 123,456 А 78,9",  # a Russian keyboard, Latvian letters
        "рад 1234567 г 123,456 х 78.9",
        "показания 1234567 ГВС 123,456 ХВС 78,9",
        "лс 1234567 горячая 123,456 холодная 78,9",
        "RΑD 1234567 Κ 123,456 Α 78.9",  # a Greek one
        "ＲＡＤ　１２３４５６７　Ｋ　１２３，４５６　Ａ　７８．９",
        "RAD 1234567 karstais 123,456 aukstais 78,9",
        "RAD 1234567 karst. ūdens 123,456 aukst. ūdens 78,9",
        "klienta nr. 1234567, KŪ 123,456, AŪ 78,9",
        "Reading 1234567 hot 123.456 cold 78.9",
        "Labdien! Klients 1234567, karstais ūdens: 123,456 m3, aukstais: 78,9 m3. Paldies! 😀🚿",
        "RAD 1234567 💧K 123,456 ❄️A 78.9👍",
        "RAD 1234567 123,456 K 78,9 A",
        "RAD 1234567 11223344 123,456 55667788 78,9",
        "RAD 1234567 K 11223344 123,456 A 55667788 78,9",
        "RAD 1234567 3344: 123,456 7788: 78,9",
        "RAD 1234567 dz. 12 K 123,456 A 78,9",
        "RAD 1234567 25.11.2026 K 123,456 A 78,9",
        "RAD 1234567 K 123, 456 A 78, 9",
        "RAD 1234567 K1 123,456 A1 78,9",
        "RAD 1234567 K 00123,456 A 78,900",
        "RAD 1234567 K 123,456 A 78,9RAD 1234567 K 123,456 A 78,9",
        "RAD 1234567 K 123,456 RAD 1234567 A 78,9",
        "RAD 1234567 K 123,456 rādījums A 78,9",
        "RAD 1234567 K 123,456 A 78,9 tālr. 29123456",
        "RAD 1234567 K 123,456 A 78,9",
    ],
)
def test_whatever_people_write_means_the_same(text: str) -> None:
    understood = understand(text, STRANGER)
    assert (values(understood), understood.problem, understood.account_ids) == (BOTH, None, (10,))


@pytest.mark.parametrize(
    "text",
    [
        "K 123,456 A 78,9", "123,456 K 78,9 A", "karstais 123,456 aukstais 78,9", "11223344 123,456 55667788 78,9",
        "K123,456A78,9", "Г 123,456 Х 78,9", "123,456 karstais, 78,9 aukstais", "K 123,456 A 78,9 RAD",
    ],
)  # fmt: skip
def test_a_known_phone_needs_no_customer_number(text: str) -> None:
    assert values(understand(text, OWN)) == BOTH


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "RAD 7654321 A 5 20AB2222 6 20003333 7,5",
            [("20001111", "5"), ("20003333", "7.5"), ("20AB-2222", "6")],
        ),
        ("RAD 7654321 K1 6 K2 7,5 A 5", [("20001111", "5"), ("20003333", "7.5"), ("20AB-2222", "6")]),
        ("RAD 7654321 20ab-2222: 6", [("20AB-2222", "6")]),
        ("RAD 7654321 20 AB 2222 6,5", [("20AB-2222", "6.5")]),
        ("RAD 7654321 3333 7", [("20003333", "7")]),
        ("RAD AB-77/1 123,4", [("9", "123.4")]),
        ("RAD 1234567 K 1 A 2 RAD 7654321 A 5", [("11223344", "1"), ("20001111", "5"), ("55667788", "2")]),
        ("RAD 1234567 K 1O5,O A l", [("11223344", "105")]),
    ],
)
def test_several_meters_and_several_messages(text: str, found: list[tuple[str, str]]) -> None:
    assert values(understand(text, STRANGER)) == found


@pytest.mark.parametrize(
    ("text", "known", "code", "about"),
    [
        ("", OWN, "not_understood", ""),
        ("Labdien, kad būs remonts?", OWN, "not_understood", ""),
        ("😀", STRANGER, "not_understood", ""),
        ("K 12", STRANGER, "no_customer", ""),
        ("RAD 1234568 K 12", STRANGER, "unknown_customer", "1234568"),
        ("RAD 1234568 K 12", OWN, "unknown_customer", "1234568"),  # never taken for one's own by a slip
        ("K 12", Known(own=(FLAT, HOUSE)), "which_customer", ""),
        ("12", OWN, "which_label", "12"),
        ("12 13", OWN, "which_label", "12"),
        ("RAD 999 K 1", OWN, "unknown_customer", "999"),
        ("1234567", OWN, "no_readings", ""),
        ("1234567", STRANGER, "no_readings", ""),
        ("K 5", OWN_HOUSE, "which_meter", "hot"),
        ("K 5 K 6", OWN_HOUSE, "which_meter", "hot"),
        ("K3 5", OWN_HOUSE, "which_meter", "hot"),
        ("K3 5 K1 4", OWN_HOUSE, "which_meter", "hot"),
        ("AB-77/1 K 5", STRANGER, "no_meter", "hot"),
        ("A 11223344 5", OWN, "other_medium", "11223344"),
        ("K 99887766 5", OWN, "unknown_meter", "99887766"),
        ("RAD 1234567 99887766 5,5", STRANGER, "unknown_meter", "99887766"),
        ("RAD 1234567 20003333 5,5", STRANGER, "unknown_meter", "20003333"),  # somebody else's
        ("K 123 456 A 5", OWN, "two_numbers", "123"),
        ("karstais A 5", OWN, "no_number", "hot"),
        ("K 1 K 2", OWN, "contradiction", "11223344"),
        ("RAD 1234567 K 1 RAD 1234567 K 2", STRANGER, "contradiction", "11223344"),
        ("K 123,4567", OWN, "too_many_decimals", "123,4567"),
        ("K 1.2.3", OWN, "not_a_number", "1.2.3"),
        ("K 12½", OWN, "not_a_number", "12¤"),
        ("K 12345678901", OWN, "not_a_number", "12345678901"),
    ],
)
def test_what_is_wrong_is_said_precisely(text: str, known: Known, code: str, about: str) -> None:
    understood = understand(text, known)
    assert understood.readings == ()
    assert understood.problem is not None
    assert (understood.problem.code, understood.problem.about) == (code, about)


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("STOP", "stop"), ("stop.", "stop"), ("Стоп!", "stop"), ("STOP lūdzu nesūtiet man vairs neko", "stop"),
        ("START", "start"), ("старт", "start"), ("HELP", "help"), ("Palīdzība", "help"), ("palidziba", "help"),
        ("ПОМОЩЬ", "help"), ("info", "help"), ("SALDO", "balance"),
        ("Bilance 1234567", "balance"), ("баланс", "balance"),
        ("RAD HELP", "help"), ("ＳＴＯＰ", "stop"),
        ("K 12 STOP", ""), ("HELP K 12", ""), ("Lūdzu stop", ""), ("RAD 1234567 K 1 A 2", ""),
    ],
)  # fmt: skip
def test_commands(text: str, command: str) -> None:
    assert understand(text, STRANGER).command == command


def test_the_balance_of_a_named_customer() -> None:
    assert understand("SALDO 1234567", STRANGER).account_ids == (10,)


def test_a_reading_that_is_somebody_elses_customer_number_stays_a_reading() -> None:
    known = Known(own=(FLAT,), named={"12345": HOUSE})
    assert understand("K 12345 A 78,9", known).account_ids == (10,)


def test_two_phones_accounts_are_told_apart_by_the_meter() -> None:
    both = Known(own=(FLAT, HOUSE))
    assert understand("20001111 5,5", both).account_ids == (11,)
    assert understand("7654321 A 5,5", both).account_ids == (11,)


# Properties

texts = st.text(st.characters(exclude_categories=()), max_size=200) | st.text(
    "RADrадKAКАГХ0123456789 ,.:\n-½²😀Ⅷ№", max_size=60
)


@given(texts)
@example("\ud800K 1")
@example("\x00K 1\x00")
@example("K" * 200 + "1,1" * 30)
def test_no_text_makes_it_fail(text: str) -> None:
    for known in (OWN, STRANGER, OWN_HOUSE, Known()):
        understood = understand(text, known)
        assert understood.command or understood.problem or understood.readings
        assert not (understood.problem and understood.readings)
    assert all(len(number) <= 20 for number in numbers_to_look_up(fold(text)))


@given(texts)
def test_folding_again_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(texts)
def test_what_is_kept_can_be_kept(text: str) -> None:
    kept = writable(text)
    assert "\x00" not in kept
    assert kept.encode("utf-8").decode("utf-8") == kept
    assert len(kept) <= 1600
    assert writable(kept) == kept


thousandths = st.integers(0, 99_999_999)


@st.composite
def written(draw: st.DrawFn) -> tuple[str, list[tuple[str, Decimal]]]:
    """A message as somebody might write these two readings."""
    hot, cold = Decimal(draw(thousandths)) / 1000, Decimal(draw(thousandths)) / 1000
    point = draw(st.sampled_from([",", "."]))
    gap, between = (
        draw(st.sampled_from(["", " ", ": ", "=", "  "])),
        draw(st.sampled_from([" ", "\n", ", ", "; ", ""])),
    )
    k, a = draw(
        st.sampled_from(
            [("K", "A"), ("k", "a"), ("К", "А"), ("Г", "Х"), ("karstais", "aukstais"), ("hot", "cold")]
        )
    )
    begin = draw(st.sampled_from(["RAD 1234567", "rad1234567", "1234567", "РАД 1234567", "Klients 1234567"]))
    parts = [f"{k}{gap}{hot:f}", f"{a}{gap}{cold:f}"]
    if draw(st.booleans()):
        parts.reverse()
    text = f"{begin} {between.join(parts).replace('.', point)}"
    return text, [("11223344", hot), ("55667788", cold)]


@given(written())
def test_what_is_written_is_read(case: tuple[str, list[tuple[str, Decimal]]]) -> None:
    text, expected = case
    understood = understand(text, STRANGER)
    assert understood.problem is None
    assert sorted((r.meter_no, r.value) for r in understood.readings) == expected
