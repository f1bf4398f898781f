"""Why a line is that much: in one sentence, the numbers, the rule, who decided it, and beside other months.

Rests on the line's own columns, on what it was made from on the day (`made_from`, described in saime.billing.run.lines)
and on the closed month's consumption.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from saime.billing.explain import difference
from saime.billing.explain.comparison import comparisons
from saime.billing.explain.contracts import Explanation, Row, Source
from saime.billing.explain.loading import Known, LineSource
from saime.billing.explain.meters import MEDIA_OF, measured_sources, meters
from saime.billing.explain.sources import line_sources
from saime.billing.explain.voice import Voice
from saime.billing.queries.stored import StoredLine
from saime.billing.queries.units import unit_word
from saime.platform.money import from_milli


def explain(line: StoredLine, known: Known, voice: Voice) -> Explanation:
    """One of the known bill's lines, in the language being spoken."""
    source = known.sources.get(line.line_id, LineSource())
    if known.bill.kind == "credit":
        return _credited(line, source, known, voice)
    is_correction = line.corrects is not None
    return Explanation(
        subject=line.names[voice.language],
        headline=_headline(line, source, voice),
        rows=tuple(_rows(line, source, known, voice)),
        rules=tuple(_rules(line, voice)),
        sources=tuple(_sources(line, source, known, voice)),
        comparisons=comparisons(line, known, voice),
        meters=() if is_correction else meters(line.key, known, voice),
    )


def _credited(line: StoredLine, source: LineSource, known: Known, voice: Voice) -> Explanation:
    """A line of a credit note: what the cancelled bill charged, the other way round."""
    values = {"number": known.bill.credits_no, "gross": voice.money(line.gross_cents)}
    return Explanation(
        subject=line.names[voice.language],
        headline=_("This takes the line of bill %(number)s back: %(gross)s.") % values,
        rows=tuple(_amount_rows(line, voice)),
        rules=(
            _("An issued bill is never changed. A wrong one is taken back line by line and issued anew."),
        ),
        sources=tuple(line_sources(source, known, voice)),
    )


# -- one sentence -----------------------------------------------------------------------------------------------------


def _headline(line: StoredLine, source: LineSource, voice: Voice) -> str:
    gross = voice.money(line.gross_cents)
    if line.corrects is not None:
        values = {"month": voice.for_month(line.corrects), "reason": line.made_from["reason"], "gross": gross}
        return _("A correction for %(month)s, %(gross)s: %(reason)s") % values
    if line.key in difference.KEYS:
        return difference.headline(line.made_from, line.quantity, gross, voice)
    if source.invoice_cents is not None:
        return _("Your part of the supplier's invoice for your house: %(gross)s.") % {"gross": gross}
    if line.key in MEDIA_OF:
        return _measured_headline(line, voice)
    return _key_headline(line.key) % {
        "quantity": voice.quantity(line.quantity, line.unit), "price": voice.price(line.price), "gross": gross,
    }  # fmt: skip


def _measured_headline(line: StoredLine, voice: Voice) -> str:
    gross = voice.money(line.gross_cents)
    values = {"quantity": voice.m3(abs(line.quantity)), "price": voice.price(line.price), "gross": gross}
    if line.quantity < 0:
        return _("%(quantity)s m³ come back to you at %(price)s each: %(gross)s.") % values
    if line.basis == "no_reading" and not line.quantity:
        return _("Nothing is charged, because there has been no reading for several months.")
    if line.mark == "V":
        return _("%(quantity)s m³, partly or wholly an average, at %(price)s each: %(gross)s.") % values
    if line.mark == "N":
        return _("%(quantity)s m³ by norm at %(price)s each: %(gross)s.") % values
    return _("%(quantity)s m³ by your meters at %(price)s each: %(gross)s.") % values


def _key_headline(key: str) -> str:
    return {
        "m2": _("%(quantity)s m² of floor area at %(price)s each: %(gross)s."),
        "person": _("Declared persons %(quantity)s at %(price)s each: %(gross)s."),
        "unit": _("The same sum for every home in the house: %(gross)s."),
        "fixed": _("A fixed sum a month: %(gross)s."),
        "share": _("Your share of what the house pays together: %(gross)s."),
    }[key]


# -- the numbers ------------------------------------------------------------------------------------------------------


def _rows(line: StoredLine, source: LineSource, known: Known, voice: Voice) -> Iterator[Row]:
    if line.key in difference.KEYS and line.corrects is None:
        yield from difference.rows(line.made_from, _unit_quantity(line), known.bill.period, voice)
    yield from _time_rows(line, voice)
    yield from _shared_rows(line, source, voice)
    yield from _amount_rows(line, voice)


def _amount_rows(line: StoredLine, voice: Voice) -> Iterator[Row]:
    yield Row(_("Quantity"), voice.quantity(line.quantity, line.unit), unit_word(line.unit, voice.language))
    yield Row(_price_name(line), voice.price(line.price))
    yield Row(_("Without VAT"), voice.money(line.net_cents))
    if line.vat_rate or line.vat_cents:
        yield Row(_("VAT %(rate)s") % {"rate": voice.percent(line.vat_rate)}, voice.money(line.vat_cents))
    else:
        yield Row(_("VAT"), pgettext("VAT", "none"))
    yield Row(_("Total"), voice.money(line.gross_cents))


def _unit_quantity(line: StoredLine) -> Decimal:
    """The home's share; the line's quantity is only a part of it where accounts changed in the month."""
    milli = line.made_from.get("unit_m3")
    return line.quantity if milli is None else from_milli(milli)


def _time_rows(line: StoredLine, voice: Voice) -> Iterator[Row]:
    """Where the account does not pay for the whole month: what the whole would be, and the days."""
    made_from = line.made_from
    if "days" not in made_from:
        return
    if "unit_m3" in made_from and line.key not in difference.KEYS:
        yield Row(_("The whole home this month"), voice.m3(from_milli(made_from["unit_m3"])), "m³")
    if "area" in made_from:
        yield Row(_("Floor area"), voice.quantity(from_milli(made_from["area"]), "m2"), "m²")
    if "persons" in made_from:
        yield Row(_("Declared persons"), str(made_from["persons"]))
    first, last, month = made_from["days"]
    text = _("%(count)s of %(month)s (%(first)s to %(last)s)") % {
        "count": max(0, last - first + 1), "month": month, "first": first, "last": last
    }  # fmt: skip
    yield Row(_("Days of the month that are yours"), text)


def _shared_rows(line: StoredLine, source: LineSource, voice: Voice) -> Iterator[Row]:
    """What was shared out, and the whole of the key in the house."""
    made_from = line.made_from
    if "shared" not in made_from:
        return
    name = (
        _("Supplier's invoice without VAT")
        if source.invoice_cents is not None
        else _("The house's sum without VAT")
    )
    yield Row(name, voice.money(made_from["shared"]))
    unit = "m2" if line.key == "share" else line.unit
    whole = from_milli(made_from["sum"])
    yield Row(_("The whole house"), voice.quantity(whole, unit), unit_word(unit, voice.language))
    if line.key == "share" and "area" in made_from and "days" not in made_from:
        yield Row(_("Floor area"), voice.quantity(from_milli(made_from["area"]), "m2"), "m²")


def _price_name(line: StoredLine) -> str:
    if "shared" in line.made_from:
        return _("That is, for each unit of it") if line.key != "share" else _("The whole")
    return _("Price")


# -- the rule ---------------------------------------------------------------------------------------------------------


def _rules(line: StoredLine, voice: Voice) -> Iterator[str]:
    if line.corrects is not None:
        yield _(
            "An issued bill is never changed. What was wrong on it is put right by a line on a later bill."
        )
    elif line.key in difference.KEYS:
        yield from difference.rules(line.made_from, voice)
    else:
        yield _key_rule(line.key)
        yield from _split_rules(line.made_from)
    if "shared" in line.made_from:
        yield _("It is shared out by this key so that all parts add up to it exactly, to the cent.")
    else:
        yield _("Quantity × price, rounded to the cent; VAT is added to each line.")
    if line.paid_direct:
        yield _("It is calculated here but paid straight to the supplier: it is not in this bill's total.")


def _key_rule(key: str) -> str:
    return {
        "m2": _("By floor area: that of your home, without balconies."),
        "person": _("By declared persons: those declared at the address; nobody declared counts as one."),
        "unit": _("By home: every home bears the same, whatever its size."),
        "fixed": _("A fixed sum a month, whatever is used."),
        "share": _("By share: your floor area of the floor area of all homes."),
        "m3_cold": _(
            "By cold water: what your meters counted, less what earlier bills charged as an average."
        ),
        "m3_hot": _("By hot water: what your meters counted, less what earlier bills charged as an average."),
        "m3_total": _(
            "By cold and hot water together: what your meters counted, less what was charged as an average."
        ),
    }[key]


def _split_rules(made_from: Any) -> Iterator[str]:
    if "days" not in made_from:
        return
    if made_from.get("by") == "hand_over":
        yield _("The home changed hands this month: the reading taken on that day divides the m³.")
    else:
        yield _("You pay for your days of the month only.")


# -- who decided ------------------------------------------------------------------------------------------------------


def _sources(line: StoredLine, source: LineSource, known: Known, voice: Voice) -> Iterator[Source]:
    if line.corrects is not None:
        return
    yield from line_sources(source, known, voice)
    if line.key in difference.KEYS:
        yield from difference.sources(line.made_from, voice)
    yield from measured_sources(line.key, known, voice)
