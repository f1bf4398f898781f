"""The form as it was sent and as it is shown again: nothing that was typed is lost."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from django.utils.translation import gettext as _

from saime.channels.guest.contracts import Answer, Result, Sent, Typed
from saime.channels.guest.operations import NOT_THIS_CUSTOMERS
from saime.metering.contracts import Figure
from saime.metering.entry import UnableToReadNumber, parse_reading
from saime.metering.figure_text import dial_text
from saime.metering.reasons import sentence
from saime.platform.periods import RIGA

ROWS = 6
SHOWN = 2
_LONGEST = 40
_TOKEN = re.compile(r"[\w-]{16,64}")


@dataclass(frozen=True, slots=True)
class Line:
    """A meter's line. `question`: m³ that the sender is asked about; `taken`: what became of it."""

    row: int
    meter_no: str = ""
    value: str = ""
    is_confirmed: bool = False
    meter_error: str = ""
    value_error: str = ""
    question: str = ""
    taken: Answer | None = None

    @property
    def is_empty(self) -> bool:
        return not self.meter_no and not self.value

    @property
    def typed(self) -> Typed:
        return Typed(self.row, self.meter_no, self.value, self.is_confirmed)

    @property
    def fate_text(self) -> str:
        """Why what was taken is not the registered reading."""
        said = self.taken.outcome.submission if self.taken and self.taken.outcome else None
        return sentence(said.reason, said.details) if said else ""

    @property
    def figure(self) -> Figure | None:
        return self.taken.outcome.figure if self.taken and self.taken.outcome else None


@dataclass(frozen=True, slots=True)
class GuestForm:
    """Customer, bill and six lines. `problem`: what is wrong with all of it; `token`: makes a double tap one."""

    account_no: str = ""
    bill_no: str = ""
    lines: tuple[Line, ...] = tuple(Line(row) for row in range(1, ROWS + 1))
    token: str = field(default_factory=lambda: secrets.token_urlsafe(18))
    account_error: str = ""
    bill_error: str = ""
    problem: str = ""

    @property
    def filled(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if not line.is_empty)

    @property
    def taken(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.taken)

    @property
    def open_lines(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if not line.taken)

    @property
    def needs_more(self) -> bool:
        """Whether the further lines stand open: something is in them."""
        return any(not line.is_empty for line in self.open_lines[SHOWN:])

    @property
    def errors(self) -> list[tuple[str, str]]:
        """(field's id, sentence), for the summary."""
        found = [("", self.problem), ("id_account_no", self.account_error), ("id_bill_no", self.bill_error)]
        for line in self.lines:
            found += [(f"id_meter_{line.row}", line.meter_error), (f"id_value_{line.row}", line.value_error)]
            found += [(f"id_confirm_{line.row}", line.question)]
        return [(id_, text) for id_, text in found if text]

    @property
    def only_asks(self) -> bool:
        return bool(self.errors) and all(id_.startswith("id_confirm") for id_, _text in self.errors)

    @property
    def is_done(self) -> bool:
        return bool(self.taken) and not self.errors

    def sent(self, address: str) -> Sent:
        lines = tuple(line.typed for line in self.filled)
        return Sent(self.account_no, self.bill_no, lines, self.token, address)


def read_form(posted: Mapping[str, str]) -> GuestForm:
    """The form as typed, with what is wrong in the writing of it."""
    token = posted.get("token", "")
    form = GuestForm(
        account_no=_text(posted, "account_no"), bill_no=_text(posted, "bill_no"),
        lines=tuple(_line(posted, row) for row in range(1, ROWS + 1)),
    )  # fmt: skip
    return _judged(replace(form, token=token) if _TOKEN.fullmatch(token) else form)


def _text(posted: Mapping[str, str], name: str) -> str:
    return "".join(sign for sign in posted.get(name, "")[:_LONGEST] if sign.isprintable()).strip()


def _line(posted: Mapping[str, str], row: int) -> Line:
    value = _text(posted, f"value_{row}")
    return Line(
        row, _text(posted, f"meter_{row}"), value, bool(value) and posted.get(f"confirm_{row}") == value
    )


def _judged(form: GuestForm) -> GuestForm:
    lines = tuple(line if line.is_empty else _judged_line(line) for line in form.lines)
    return replace(
        form, lines=lines,
        account_error="" if form.account_no else _("Enter the customer number. It is on every bill."),
        bill_error="" if form.bill_no else _("Enter the number of your last bill."),
        problem="" if form.filled else _("Enter the number and the reading of at least one meter."),
    )  # fmt: skip


def _judged_line(line: Line) -> Line:
    if not line.meter_no:
        line = replace(line, meter_error=_("Enter the meter's number. It is on its face and on the bill."))
    try:
        parse_reading(line.value)
    except UnableToReadNumber as error:
        return replace(line, value_error=sentence(error.reason, {}))
    return line


def with_result(form: GuestForm, result: Result) -> GuestForm:
    """The form after it was sent: what was taken, and what needs another look."""
    answers = {answer.row: answer for answer in result.answers}
    return replace(form, lines=tuple(_answered(line, answers.get(line.row), result) for line in form.lines))


def _answered(line: Line, answer: Answer | None, result: Result) -> Line:
    if answer is None:
        return line
    if answer.problem:
        return replace(line, meter_error=_problem(answer.problem))
    if answer.doubtful_m3 is not None:
        m3 = dial_text(f"{answer.doubtful_m3:.3f}")
        asked = _("%(number)s: that would be %(m3)s m³. Does the meter really show %(value)s?")
        return replace(line, question=asked % {"number": line.meter_no, "m3": m3, "value": line.value})
    if answer.is_taken or answer.outcome is None:
        return replace(line, taken=answer)
    return replace(line, value_error=_refusal(answer, result))


def _problem(code: str) -> str:
    if code == NOT_THIS_CUSTOMERS:
        return _("This customer has no meter of that number. Compare it with the bill.")
    return _("This meter stands here twice. One line for each meter.")


def _refusal(answer: Answer, result: Result) -> str:
    said = answer.outcome.submission if answer.outcome else None
    text = sentence(said.reason, said.details) if said else ""
    if said is None or said.reason not in ("outside_window", "channel_off") or result.window.is_switched_off:
        return text
    first = result.window.opens_at.astimezone(RIGA).date()
    last = (result.window.closes_at - timedelta(microseconds=1)).astimezone(RIGA).date()
    days = {"first": f"{first:%d.%m.%Y}", "last": f"{last:%d.%m.%Y}"}
    return f"{text} {_('The next ones are taken from %(first)s to %(last)s.') % days}"
