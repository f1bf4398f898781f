"""Each meter's part of a measured line: what was read, what earlier bills charged, how an average came about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from saime.billing.explain.contracts import MeterExplanation, Row, Source
from saime.billing.explain.loading import Known
from saime.billing.explain.sources import policy_source
from saime.billing.explain.voice import Voice
from saime.billing.queries.stored import StoredConsumption
from saime.platform.money import MILLI
from saime.platform.periods import Period
from saime.platform.policies import CATALOGUE

MEDIA_OF = {"m3_cold": ("cold",), "m3_hot": ("hot",), "m3_total": ("cold", "hot")}
_MARKS = {"average": "V", "norm": "N"}


def meters(key: str, known: Known, voice: Voice) -> tuple[MeterExplanation, ...]:
    """The unit's meters of the media that a service with this key charges; none where it charges something else."""
    media = MEDIA_OF.get(key, ())
    return tuple(_meter(row, known, voice) for row in known.consumption if row.medium in media)


def _meter(row: StoredConsumption, known: Known, voice: Voice) -> MeterExplanation:
    sentences = {"actual": _actual, "average": _average, "norm": _norm, "no_reading": _no_reading}[row.basis]
    return MeterExplanation(
        row.meter_no or "", row.medium, row.basis, _MARKS.get(row.basis, ""), tuple(_rows(row, voice)),
        tuple(sentences(row, known, voice)),
    )  # fmt: skip


def _rows(row: StoredConsumption, voice: Voice) -> Iterator[Row]:
    if row.previous_reading is not None:
        yield Row(_("Previous reading"), voice.m3(row.previous_reading), "m³")
    if row.reading is not None:
        yield Row(_("This month's reading"), voice.m3(row.reading), "m³")
    if row.estimated_before:
        yield Row(_("Already charged on earlier bills as an average"), voice.m3(row.estimated_before), "m³")
    yield Row(_("Charged this month"), voice.m3(row.m3), "m³")


def _actual(row: StoredConsumption, _known: Known, voice: Voice) -> Iterator[str]:
    if row.replaced_no and _is_new(row):
        yield _("The meter No. %(old)s was replaced this month; both meters' consumption is added up.") % {
            "old": row.replaced_no
        }
    if row.m3 < 0:
        yield _(
            "Earlier bills charged %(before)s m³ as an average, more than was used: %(credit)s m³ are given back."
        ) % {"before": voice.m3(row.estimated_before), "credit": voice.m3(-row.m3)}
    elif row.estimated_before:
        yield _("What earlier bills charged as an average, %(before)s m³, is taken off.") % {
            "before": voice.m3(row.estimated_before)
        }
    else:
        yield _("Charged is this month's reading less the previous one.")


def _is_new(row: StoredConsumption) -> bool:
    return row.installed_on is not None and Period.containing(row.installed_on) == row.period


def _average(row: StoredConsumption, known: Known, voice: Voice) -> Iterator[str]:
    yield _("There is no reading for this month, so the mean of your own meter is charged (mark V).")
    if mean := _mean(row, known):
        yield ngettext(
            "Between %(earlier)s (%(low)s) and %(later)s (%(high)s) the meter counted %(counted)s m³ in %(months)s "
            "month: %(m3)s m³ a month.",
            "Between %(earlier)s (%(low)s) and %(later)s (%(high)s) the meter counted %(counted)s m³ in %(months)s "
            "months: %(m3)s m³ a month.",
            mean.months,
        ) % {
            "earlier": voice.for_month(mean.since), "low": voice.m3(mean.low), "later": voice.for_month(mean.until),
            "high": voice.m3(mean.high), "counted": voice.m3(mean.high - mean.low), "months": mean.months,
            "m3": voice.m3(row.m3),
        }  # fmt: skip
    yield _(
        "Your next reading sets it right: what was charged too much is taken off, what was too little is added."
    )


@dataclass(frozen=True, slots=True)
class _Mean:
    """(R(q) − R(s)) ÷ months: the readings of domain.md, Consumption."""

    since: Period
    low: Decimal
    until: Period
    high: Decimal

    @property
    def months(self) -> int:
        return self.until.months_since(self.since)

    @property
    def value(self) -> Decimal:
        return ((self.high - self.low) / self.months).quantize(MILLI, ROUND_HALF_UP)


def _mean(row: StoredConsumption, known: Known) -> _Mean | None:
    """The readings the mean was taken of; None where they do not give it (a replacement or a roll-over in between)."""
    readings = known.readings.get(row.chain_id or 0, [])
    if len(readings) < 2:
        return None
    (until, high), earlier = readings[0], readings[1:]
    far = until - int(known.decision("mean_months").value)
    since, low = next((reading for reading in earlier if reading[0] <= far), earlier[-1])
    mean = _Mean(since, low, until, high)
    return mean if mean.months > 0 and mean.value == row.m3 else None


def _norm(row: StoredConsumption, known: Known, voice: Voice) -> Iterator[str]:
    if row.meter_no is None:
        yield _("There is no meter, so the norm for each declared person is charged (mark N).")
    else:
        yield _(
            "There are too few readings for a mean, so the norm for each declared person is charged (mark N)."
        )
    norm, persons, among = _norm_parts(row, known)
    if norm is not None and (norm * persons / among).quantize(MILLI, ROUND_HALF_UP) == row.m3:
        text = (
            _("Norm %(norm)s m³ × declared persons %(persons)s = %(m3)s m³.")
            if among == 1
            else _("Norm %(norm)s m³ × declared persons %(persons)s ÷ meters %(meters)s = %(m3)s m³.")
        )
        yield text % {"norm": voice.m3(norm), "persons": persons, "meters": among, "m3": voice.m3(row.m3)}


def _norm_parts(row: StoredConsumption, known: Known) -> tuple[Decimal | None, int, int]:
    """The norm (None where the building has one of its own), persons, and the unit's meters of the medium."""
    persons = max(1, int(known.bill.snapshot["persons"]))
    among = max(1, sum(other.medium == row.medium for other in known.consumption))
    name = _norm_policy(row.medium, known)
    return (known.decision(name).value if name else None), persons, among


def _norm_policy(medium: str, known: Known) -> str | None:
    """The policy that holds the norm; None where the building's amenities are a norm of their own."""
    amenities = known.house.amenities
    if medium == "hot" or not amenities:
        return f"norm_{medium}"
    name = f"norm_cold_{amenities}"
    return name if name in CATALOGUE else None


def _no_reading(_row: StoredConsumption, known: Known, _voice: Voice) -> Iterator[str]:
    months = int(known.decision("average_months").value)
    yield ngettext(
        "There has been no reading for more than %(months)s month, so no consumption is charged.",
        "There has been no reading for more than %(months)s months, so no consumption is charged.",
        months,
    ) % {"months": months}
    yield _(
        "Until a reading comes, your home bears the house's water difference as one without readings. "
        "Send a reading, and from then on you pay for what you use."
    )


def measured_sources(key: str, known: Known, voice: Voice) -> Iterator[Source]:
    """The policies behind averages, norms and missing readings of the meters that the key charges."""
    rows = [row for row in known.consumption if row.medium in MEDIA_OF.get(key, ())]
    bases = {row.basis for row in rows}
    if "average" in bases or "no_reading" in bases:
        yield policy_source("average_months", known, voice)
    if "average" in bases:
        yield policy_source("mean_months", known, voice)
    media = sorted({row.medium for row in rows if row.basis == "norm"})
    yield from (
        policy_source(name, known, voice) for medium in media if (name := _norm_policy(medium, known))
    )
