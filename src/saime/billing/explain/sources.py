"""Who decided a price or a rule, and since when."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from saime.billing.explain.contracts import Source
from saime.billing.explain.loading import Known, LineSource
from saime.billing.explain.voice import Voice


def line_sources(source: LineSource, known: Known, voice: Voice) -> Iterator[Source]:
    """The line's tariff, or the supplier's invoice and the row that gives its VAT."""
    if source.invoice_cents is not None:
        text = _("The supplier's invoice to your house for %(month)s, without VAT: %(amount)s") % {
            "month": voice.for_month(known.bill.period), "amount": voice.money(source.invoice_cents),
        }  # fmt: skip
        yield Source("invoice", text, known.bill.period.first_day)
    if source.tariff_from is not None and source.price is not None:
        text = (
            _("Your house's own price since %(day)s: %(price)s")
            if source.of_building
            else _("Price for all houses since %(day)s: %(price)s")
        ) % {"price": voice.price(source.price), "day": voice.day(source.tariff_from)}
        yield Source("tariff", text, source.tariff_from, source.decision)


def policy_source(policy: str, known: Known, voice: Voice) -> Source:
    """A decision as it held at the month's end, with what it is about."""
    found = known.decision(policy)
    scope = {
        "building": _("decided for your house from %(day)s"), "company": _("decided for all houses from %(day)s"),
        "default": _("usual, nothing else was decided"),
    }[found.scope] % {"day": voice.day(found.valid_from)}  # fmt: skip
    value = _value(policy, found.value, voice)
    text = f"{_meaning(policy)}: {value} ({scope})"
    return Source("policy", text, None if found.scope == "default" else found.valid_from, found.decision)


def _meaning(policy: str) -> str:
    if policy.startswith("norm_"):
        is_hot = policy == "norm_hot"
        return (
            _("Norm of hot water a person and month")
            if is_hot
            else _("Norm of cold water a person and month")
        )
    return {
        "average_months": _("Months in a row charged with the mean"),
        "mean_months": _("Months the mean is taken over"),
        "difference_524": _("How the water difference is shared"),
        "late_charge_yearly": _("Late charge a year"),
        "late_charge_cap": _("Largest late charge on one bill"),
        "payment_order": _("What a payment pays first"),
    }[policy]


def _value(policy: str, value: object, voice: Voice) -> str:
    if policy.startswith("norm_"):
        return f"{voice.m3(value)} m³"  # type: ignore[arg-type]
    if policy in ("late_charge_yearly", "late_charge_cap"):
        return voice.percent(value)  # type: ignore[arg-type]
    named = {
        "equal": pgettext("sharing", "equally"), "m2": pgettext("sharing", "by floor area"),
        "consumption": pgettext("sharing", "by consumption"),
        "at_fault_first": pgettext("sharing", "first by homes without readings"),
        "interest_first": pgettext("paid first", "the late charge"),
        "principal_first": pgettext("paid first", "the bills"),
    }  # fmt: skip
    return named.get(str(value), str(value))
