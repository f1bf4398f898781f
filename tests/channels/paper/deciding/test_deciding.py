"""Whole readings: what is clear and makes sense is taken; doubt goes to a person; nothing is invented."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from saime.channels.paper.deciding import Decision, UnableToDecide, decide

DIGITS, DECIMALS = 5, 3
MODULUS = Decimal(10**DIGITS)
KNOWN: dict[str, Any] = {
    "decimals": DECIMALS, "previous": Decimal("123.456"), "monthly_mean": Decimal("3.2"), "months": 1,
    "modulus": MODULUS,
}  # fmt: skip


def boxes(signs: str, sure: float = 0.9999) -> NDArray[np.float64]:
    """What a network says of boxes that show these signs: digits, "_" nothing, "x" crossed out."""
    likely = np.full((len(signs), 12), (1 - sure) / 11)
    for box, sign in enumerate(signs):
        likely[box, {"_": 10, "x": 11}[sign] if sign in "_x" else int(sign)] = sure
    return likely


def read(signs: str, **further: Any) -> Decision:
    return decide(boxes(signs), **KNOWN | further)


# Readings that make sense


@st.composite
def plausible(draw: st.DrawFn) -> tuple[dict[str, Any], Decimal]:
    """A meter with its history, and a reading that follows from it: at most thrice the usual water."""
    previous = draw(st.decimals(0, MODULUS - 1, places=3))
    mean = draw(st.decimals("0.5", "15", places=3))
    months = draw(st.integers(1, 4))
    used = (mean * months * draw(st.decimals("0.4", "2.5", places=2))).quantize(Decimal("0.001"))
    return KNOWN | {"previous": previous, "monthly_mean": mean, "months": months}, (previous + used) % MODULUS


def signs_of(value: Decimal) -> str:
    return f"{int(value * 1000):08}"


@settings(deadline=None)
@given(plausible())
def test_what_is_clear_and_makes_sense_is_taken(case: tuple[dict[str, Any], Decimal]) -> None:
    known, value = case
    decision = decide(boxes(signs_of(value)), **known)
    assert (decision.value, decision.route, decision.reason) == (value, "accepted", "sure")
    assert decision.text == f"{value:09.3f}"


@settings(deadline=None)
@given(plausible(), st.sampled_from(["zeros", "blanks"]), st.integers(0, 3))
def test_zeros_and_decimals_may_be_left_away(
    case: tuple[dict[str, Any], Decimal], leading: str, decimals: int
) -> None:
    known, value = case
    signs = signs_of(value)[: DIGITS + decimals].ljust(8, "_")
    if leading == "blanks":
        whole = signs[:DIGITS].lstrip("0") or "0"
        signs = whole.rjust(DIGITS, "_") + signs[DIGITS:]
    decision = decide(boxes(signs), **known | {"threshold": 0.0})
    text = signs.replace("_", "")
    assert decision.value == Decimal(text).scaleb(-decimals)
    assert decision.value.as_tuple().exponent == -decimals


@settings(deadline=None)
@given(plausible(), st.integers(0, 7), st.integers(1, 9))
def test_doubt_about_a_digit_is_settled_by_the_water(
    case: tuple[dict[str, Any], Decimal], box: int, off: int
) -> None:
    """One box in which two digits are as likely: what would be a hundred times the water is not read."""
    known, value = case
    signs = signs_of(value)
    other = signs[:box] + str((int(signs[box]) + off) % 10) + signs[box + 1 :]
    likely = (boxes(signs) + boxes(other)) / 2
    decision = decide(likely, **known)
    used = (Decimal(other) / 1000 - known["previous"]) % MODULUS
    usual = known["monthly_mean"] * known["months"]
    assume(used > 100 * usual)
    assert decision.value == value


def test_a_dial_that_passed_its_end_goes_on() -> None:
    decision = read("00001500", previous=Decimal("99998.200"))
    assert (decision.value, decision.route) == (Decimal("1.500"), "accepted")


def test_a_meter_without_history_is_read_by_its_ink_alone() -> None:
    decision = read("04127500", previous=None, monthly_mean=None)
    assert (decision.value, decision.route) == (Decimal("4127.500"), "accepted")


def test_a_reading_that_starts_at_the_left_is_understood() -> None:
    decision = read("127__500")
    assert (decision.value, decision.text) == (Decimal("127.500"), "127.500")


# Readings for a person


@pytest.mark.parametrize("signs", ["92127500", "00172500", "00021500", "71200500"])
def test_clear_digits_that_make_no_sense_go_to_a_person(signs: str) -> None:
    decision = read(signs)
    assert decision.route == "review"
    assert decision.value in (None, Decimal(signs) / 1000)


def test_digits_of_another_order_are_not_taken() -> None:
    """A machine that mixed boxes up would not be believed."""
    for order in ("27100500", "50012700", "00271005"):
        assert read(order).route == "review"


def test_a_gap_between_digits_is_not_filled_in() -> None:
    assert read("0012_500").route == "review"
    assert read("001275_0").route == "review"


def test_an_unclear_digit_that_water_cannot_settle_goes_to_a_person() -> None:
    likely = (boxes("00127500") + boxes("00129500")) / 2
    decision = decide(likely, **KNOWN)
    assert (decision.route, decision.reason) == ("review", "unsure")
    assert decision.value in (Decimal("127.500"), Decimal("129.500"))
    assert 0.3 < decision.confidence < 0.9


@pytest.mark.parametrize(
    ("signs", "value"), [("0x127500", "127.500"), ("001275x0", "127.50"), ("x0127500", "127.500")]
)
def test_a_crossed_out_box_is_passed_over_and_shown_to_a_person(signs: str, value: str) -> None:
    decision = read(signs, threshold=0.0)
    assert (decision.route, decision.reason, decision.value) == ("review", "crossed_out", Decimal(value))


def test_a_row_that_was_struck_through_has_no_value() -> None:
    decision = read("xxxxxxxx")
    assert (decision.route, decision.value, decision.text) == ("review", None, "")


# Nothing written


@settings(deadline=None)
@given(st.integers(0, 5), st.integers(1, 8))
def test_an_empty_row_is_empty(decimals: int, more: int) -> None:
    decision = read("_" * (decimals + more), decimals=decimals)
    assert (decision.route, decision.value, decision.text) == ("empty", None, "")


def test_a_faint_digit_is_not_overlooked() -> None:
    likely = boxes("________")
    likely[4] = boxes("3", 0.6)[0] * 0.6 + boxes("_")[0] * 0.4
    assert decide(likely, **KNOWN).route == "review"


# Whatever comes in


@st.composite
def anything(draw: st.DrawFn) -> tuple[NDArray[np.float64], dict[str, Any]]:
    count = draw(st.integers(1, 12))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    likely = rng.random((count, 12)) ** draw(st.sampled_from([1, 4, 40, 400]))
    known = {
        "decimals": draw(st.integers(0, min(count, 6))),
        "previous": draw(st.none() | st.decimals(0, "9999.999", places=3)),
        "monthly_mean": draw(st.none() | st.decimals(0, 500, places=3)),
        "months": draw(st.integers(0, 40)),
        "modulus": Decimal(10 ** draw(st.integers(4, 9))),
    }
    return likely / likely.sum(axis=1, keepdims=True), known


@settings(deadline=None)
@given(anything(), st.floats(0, 1))
def test_every_decision_is_whole(case: tuple[NDArray[np.float64], dict[str, Any]], threshold: float) -> None:
    likely, known = case
    decision = decide(likely, **known, threshold=threshold)
    assert 0 <= decision.confidence <= 1
    assert (decision.route == "accepted") <= (decision.value is not None and decision.confidence >= threshold)
    assert (decision.route == "empty") <= (decision.value is None and decision.text == "")
    assert decision == decide(likely.copy(), **known, threshold=threshold)
    if decision.value is not None:
        whole, _, fraction = decision.text.partition(".")
        assert decision.value == Decimal(f"{whole or 0}.{fraction or 0}")
        assert decision.value.as_tuple().exponent == -len(fraction)
        assert len(fraction) <= known["decimals"]
        assert len(whole) <= len(likely) - known["decimals"]


@settings(deadline=None)
@given(anything(), st.floats(0, 1), st.floats(0, 1))
def test_a_higher_threshold_never_takes_more(
    case: tuple[NDArray[np.float64], dict[str, Any]], one: float, other: float
) -> None:
    likely, known = case
    low, high = (decide(likely, **known, threshold=each) for each in sorted((one, other)))
    assert (low.value, low.text, low.confidence) == (high.value, high.text, high.confidence)
    assert high.route in ("review", low.route)


BAD_FIGURES: list[dict[str, Any]] = [
    {"previous": Decimal("NaN")}, {"previous": Decimal(-1)}, {"previous": MODULUS}, {"previous": Decimal("Infinity")},
    {"monthly_mean": Decimal("NaN")}, {"monthly_mean": Decimal("-0.1")}, {"months": -1}, {"months": 10**9},
    {"modulus": Decimal(0)}, {"modulus": Decimal(-5)}, {"modulus": Decimal("NaN")}, {"modulus": Decimal(10**30)},
    {"decimals": -1}, {"decimals": 9}, {"threshold": 1.5}, {"threshold": -0.1}, {"threshold": float("nan")},
]  # fmt: skip


@pytest.mark.parametrize("bad", BAD_FIGURES, ids=str)
def test_figures_that_make_no_sense_are_refused(bad: dict[str, Any]) -> None:
    with pytest.raises(UnableToDecide):
        read("00127500", **bad)


@pytest.mark.parametrize(
    "likely",
    [
        np.full((8, 12), np.nan), np.full((8, 12), np.inf), np.full((8, 12), -0.1), np.full((8, 12), 1.0),
        np.zeros((8, 12)), np.full((8, 11), 1 / 11), np.full(12, 1 / 12), np.full((0, 12), 1 / 12),
        np.full((17, 12), 1 / 12), np.full((10**6, 12), 1 / 12),
    ],
    ids=lambda likely: f"{likely.shape} {likely.flat[0] if likely.size else ''}",
)  # fmt: skip
def test_what_are_no_probabilities_is_refused(likely: NDArray[np.float64]) -> None:
    with pytest.raises(UnableToDecide):
        decide(likely, **KNOWN)
