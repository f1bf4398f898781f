"""The house's water difference: common meter, homes, who shares it, and by which rule (domain.md).

Everything comes from what the line was made from on the day: see saime.billing.run.lines, "difference lines".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from saime.billing.explain.contracts import Row, Source
from saime.billing.explain.voice import Voice
from saime.platform.money import from_milli
from saime.platform.periods import Period

KEYS = ("m3_difference_cold", "m3_difference_hot")


def headline(made_from: Mapping[str, Any], quantity: Decimal, gross: str, voice: Voice) -> str:
    values = {"quantity": voice.m3(abs(quantity)), "gross": gross}
    if made_from["difference"] < 0:
        return _("The homes counted more than the house's meter: your share of it, %(quantity)s m³, comes back to "
                 "you: %(gross)s.") % values  # fmt: skip
    if made_from["key"] == "m3_difference_cold":
        return (
            _("Your home's share of the house's difference of cold water, %(quantity)s m³: %(gross)s.")
            % values
        )
    return _("Your home's share of the house's difference of hot water, %(quantity)s m³: %(gross)s.") % values


def rows(made_from: Mapping[str, Any], quantity: Decimal, period: Period, voice: Voice) -> Iterator[Row]:
    def m3(name: str) -> str:
        return voice.m3(from_milli(made_from[name]))

    yield Row(_("The house's common meter"), m3("common"), "m³")
    yield Row(_("All homes together"), m3("units"), "m³")
    yield Row(_("Difference"), m3("difference"), "m³")
    yield Row(_("Homes that share it"), str(made_from["n"]))
    if made_from["fault"]:
        yield Row(_("Of them those that bear it first"), str(made_from["fault"]))
    if "first" in made_from:
        yield Row(_("What each of those bears first"), m3("first"), "m³")
    yield Row(_("Your home's share"), voice.m3(quantity), "m³")
    if "from" in made_from:
        span = f"{voice.for_month(Period.parse(made_from['from']))} – {voice.for_month(period)}"
        yield Row(_("The common meter was not read every month; counted together for"), span)


def rules(made_from: Mapping[str, Any], voice: Voice) -> Iterator[str]:
    why, rule = made_from["why"], made_from.get("rule")
    if made_from["difference"] < 0:
        yield _("A difference below zero is given back to all homes equally.")
    elif made_from["regulation"] == 1013 or rule == "at_fault_first":
        yield from _at_fault_first(made_from, voice)
    elif why == "m2":
        yield _("The owners decided to share the difference by floor area.")
    elif why == "consumption":
        yield _("The owners decided to share the difference by consumption.")
    else:
        yield _("The difference is shared equally by all homes.")
    yield _("Shares have three decimals and add up to the difference exactly.")


def _at_fault_first(made_from: Mapping[str, Any], voice: Voice) -> Iterator[str]:
    if not made_from["fault"] or "norm" not in made_from:
        yield _("No home is without readings or meter, so all homes share the difference equally.")
        return
    yield _(
        "Homes without a reading for three months or more, without a meter or with a recorded fault bear the "
        "difference first, each up to the norm of one person (%(norm)s m³); all homes share the rest equally."
    ) % {"norm": voice.m3(from_milli(made_from["norm"]))}
    yield (
        _("Your home is one of those.")
        if made_from["why"] == "at_fault"
        else _("Your home is not one of those.")
    )


def sources(made_from: Mapping[str, Any], voice: Voice) -> Iterator[Source]:
    if made_from["regulation"] == 1013:
        yield Source("decision", _("Cabinet Regulation No. 1013 of 2008"), None)
    else:
        yield Source("decision", _("Cabinet Regulation No. 524 of 2015"), None)
    if "since" in made_from:
        since = date.fromisoformat(made_from["since"])
        text = _("How your house shares its water difference was decided from %(day)s") % {
            "day": voice.day(since)
        }
        yield Source("policy", text, since, made_from["decision"])
