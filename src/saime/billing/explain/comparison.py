"""A line beside the same service on last month's and on last year's bill."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from django.utils.translation import gettext as _

from saime.billing.explain.contracts import Change, Comparison, Trend
from saime.billing.explain.loading import Known
from saime.billing.explain.voice import Voice
from saime.billing.queries.stored import StoredLine
from saime.billing.queries.units import unit_word
from saime.platform.periods import Period


@dataclass(frozen=True, slots=True)
class _Side:
    """A service on a bill, all its lines of the month together. No price where they have different ones."""

    quantity: Decimal
    unit: str
    price: Decimal | None
    net_cents: int
    gross_cents: int

    @classmethod
    def of(cls, lines: Sequence[StoredLine]) -> _Side:
        prices, units = {line.price for line in lines}, {line.unit for line in lines}
        return cls(
            sum((line.quantity for line in lines), Decimal(0)),
            units.pop() if len(units) == 1 else "",
            prices.pop() if len(prices) == 1 else None,
            sum(line.net_cents for line in lines),
            sum(line.gross_cents for line in lines),
        )


def comparisons(line: StoredLine, known: Known, voice: Voice) -> tuple[Comparison, ...]:
    """With the month and the year before, as far as there are bills. A recalculation is compared with nothing."""
    if line.corrects is not None:
        return ()
    return tuple(_comparisons(line, known, voice))


def _comparisons(line: StoredLine, known: Known, voice: Voice) -> Iterator[Comparison]:
    bill = known.bill
    others: tuple[tuple[Literal["month", "year"], Period, int | None], ...] = (
        ("month", bill.period - 1, bill.before_id), ("year", bill.period - 12, bill.year_ago_id)
    )  # fmt: skip
    now = _Side.of(_same(line, known.lines))
    for span, period, bill_id in others:
        if bill_id is not None:
            same = _same(line, known.stored.lines.get(bill_id, ()))
            yield _comparison(span, period, now, _Side.of(same) if same else None, voice)


def _same(line: StoredLine, lines: Sequence[StoredLine]) -> list[StoredLine]:
    return [other for other in lines if other.service == line.service and other.corrects is None]


def _comparison(
    span: Literal["month", "year"], period: Period, now: _Side, then: _Side | None, voice: Voice
) -> Comparison:
    month = voice.in_month(period)
    if then is None:
        sentence = _("In %(month)s this was not on the bill.") % {"month": month}
        return Comparison(span, period.number, sentence, _trend(now.gross_cents), ())
    difference = now.gross_cents - then.gross_cents
    sentence = _sentence(difference) % {"month": month, "amount": voice.money(abs(difference))}
    return Comparison(span, period.number, sentence, _trend(difference), tuple(_changes(now, then, voice)))


def _sentence(difference: int) -> str:
    if difference > 0:
        return _("%(amount)s more than in %(month)s.")
    if difference < 0:
        return _("%(amount)s less than in %(month)s.")
    return _("The same as in %(month)s.")


def _changes(now: _Side, then: _Side, voice: Voice) -> Iterator[Change]:
    if now.unit and now.unit == then.unit:
        change = now.quantity - then.quantity
        yield Change(
            _("Quantity"), voice.quantity(now.quantity, now.unit), voice.quantity(then.quantity, now.unit),
            voice.quantity_difference(change, now.unit), unit_word(now.unit, voice.language), _trend(change),
        )  # fmt: skip
    if now.price is not None and then.price is not None:
        rise = now.price - then.price
        yield Change(
            _("Price"),
            voice.price(now.price),
            voice.price(then.price),
            voice.price_difference(rise),
            "",
            _trend(rise),
        )
    yield _money_change(_("Without VAT"), now.net_cents, then.net_cents, voice)
    yield _money_change(_("Total"), now.gross_cents, then.gross_cents, voice)


def _money_change(label: str, now: int, then: int, voice: Voice) -> Change:
    change = now - then
    return Change(
        label, voice.money(now), voice.money(then), voice.money_difference(change), "", _trend(change)
    )


def _trend(change: Decimal | int) -> Trend:
    return "more" if change > 0 else "less" if change < 0 else "same"
