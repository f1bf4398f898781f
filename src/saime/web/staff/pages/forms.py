"""A form on the desk, as its page shows it: each field with its picture, what was read, and what was typed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from saime.channels.paper.contracts import FieldAnswer, FieldOnDesk, FormOnDesk
from saime.channels.paper.reasons import sentence
from saime.metering import entry as metering_entry
from saime.metering.reasons import sentence as metering_sentence
from saime.platform.periods import Period
from saime.web.design import formats
from saime.web.staff.pages.pictures import picture_url

OUTCOMES = ("value", "empty", "unreadable")
_SURE = Decimal("0.9")
_LONGEST = 24
EMPTY, CROSSED = "_", "x"


@dataclass(frozen=True, slots=True)
class Box:
    """One box as it was read. `percent`: how sure; empty for the comma."""

    text: str
    percent: str = ""
    is_doubtful: bool = False

    @property
    def is_comma(self) -> bool:
        return self.text in (",", ".")


@dataclass(frozen=True, slots=True)
class Entry:
    """A field with what stands in its controls."""

    field: FieldOnDesk
    sureness: tuple[float, ...] = ()  # of each box, from left to right
    typed: str = ""
    outcome: str = "value"
    error: str = ""

    @property
    def id(self) -> str:
        return f"id_value_{self.field.field_id}"

    @property
    def picture(self) -> str:
        return picture_url("field", self.field.field_id)

    @property
    def is_blind(self) -> bool:
        """The machine was sure, and it is tried whether rightly so: whoever reads must not see what it read."""
        return self.field.reason == "sample"

    @property
    def proposal(self) -> str:
        """What the machine would say, as one types it; empty where it has nothing to say, or shall not."""
        if self.field.value is None or self.is_blind:
            return ""
        text = f"{self.field.value:.3f}"
        return text if (get_language() or formats.ENGLISH).startswith("en") else text.replace(".", ",")

    @property
    def why(self) -> str:
        """Why a person has to look."""
        return "" if self.is_blind else sentence(self.field.reason)

    @property
    def percent(self) -> int:
        return int(self.field.confidence * 100)

    @property
    def boxes(self) -> tuple[Box, ...]:
        return tuple(_boxes(self.field.text, self.sureness))

    @property
    def said(self) -> str:
        return self.field.text.replace(EMPTY, " ").strip() or _("nothing")


def _boxes(text: str, sureness: tuple[float, ...]) -> Iterator[Box]:
    each = iter(sureness)
    for character in text:
        if character in ",.":
            yield Box(",")
            continue
        sure = Decimal(str(next(each, 0)))
        shown = {EMPTY: "", CROSSED: "×"}.get(character, character)
        yield Box(shown, str(int(sure * 100)), sure < _SURE)


@dataclass(frozen=True, slots=True)
class FormPage:
    """`opened`: when the page was made, in seconds; what is sent back with it tells how long somebody looked."""

    form: FormOnDesk
    opened: int
    entries: tuple[Entry, ...]
    others: tuple[Entry, ...] = ()
    identify_error: str = ""
    typed_account_no: str = ""
    typed_period: str = ""
    typed_part: str = ""
    general_error: str = ""
    errors: tuple[tuple[str, str], ...] = field(init=False)

    def __post_init__(self) -> None:
        found = [
            (entry.id, f"{entry.field.meter_no}: {entry.error}") for entry in self.entries if entry.error
        ]
        found += [("id_account_no", self.identify_error)] if self.identify_error else []
        found += [("", self.general_error)] if self.general_error else []
        object.__setattr__(self, "errors", tuple(found))

    @property
    def picture(self) -> str:
        return picture_url("form", self.form.form_id)

    @property
    def why(self) -> str:
        """Why a person has to look at the whole form; empty: only at some fields."""
        return sentence(self.form.reason) if self.form.reason else ""

    @property
    def needs_customer(self) -> bool:
        return self.form.account_id is None


def form_page(
    form: FormOnDesk,
    *,
    opened: int,
    sureness: Mapping[int, tuple[float, ...]] | None = None,
    typed: Mapping[str, str] | None = None,
    errors: Mapping[int, str] | None = None,
    **more: str,
) -> FormPage:
    """`sureness`: of each field's boxes; `typed`: the fields as they were sent; `errors`: what is wrong, by field."""
    sure = sureness or {}
    entries = [
        _entry(read, sure.get(read.field_id, ()), typed or {}, errors or {})
        for read in form.fields
        if read.route == "review"
    ]
    others = [Entry(read) for read in form.fields if read.route != "review"]
    period = more.pop("typed_period", "") or (str(form.period) if form.period else "")
    return FormPage(form, opened, tuple(entries), tuple(others), typed_period=period, **more)


def _entry(
    read: FieldOnDesk, sureness: tuple[float, ...], typed: Mapping[str, str], errors: Mapping[int, str]
) -> Entry:
    outcome = typed.get(f"outcome_{read.field_id}", "value")
    return Entry(
        read,
        sureness,
        typed.get(f"value_{read.field_id}", "").strip()[:_LONGEST],
        outcome if outcome in OUTCOMES else "value",
        errors.get(read.field_id, ""),
    )


# Answers


@dataclass(frozen=True, slots=True)
class Answers:
    """What was sent: an answer for each field, or what is wrong with it."""

    answers: tuple[FieldAnswer, ...]
    errors: dict[int, str]


def answers_of(form: FormOnDesk, typed: Mapping[str, str]) -> Answers:
    answers, errors = [], {}
    for entry in form_page(form, opened=0, typed=typed).entries:
        try:
            answers.append(_answer(entry))
        except metering_entry.UnableToReadNumber as error:
            errors[entry.field.field_id] = unreadable(error.reason) if entry.typed else _missing()
    return Answers(tuple(answers), errors)


def _answer(entry: Entry) -> FieldAnswer:
    id_ = entry.field.field_id
    if entry.outcome != "value":
        return FieldAnswer(id_, entry.outcome)
    return FieldAnswer(id_, "value", metering_entry.parse_reading(entry.typed))


def _missing() -> str:
    return _("Type what is written, or say that it is empty or unreadable.")


def unreadable(reason: str) -> str:
    """What is wrong with an answer, by its code."""
    return {
        "incomplete": _missing(),
        "unknown_account": _("First say whose form it is."),
        "unknown_meter": _("The meter is not one of this customer's. Say that it is unreadable."),
    }.get(reason) or metering_sentence(reason, {})


def month_typed(text: str) -> Period | None:
    try:
        return Period.parse(text)
    except ValueError:
        return None
