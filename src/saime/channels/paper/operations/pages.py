"""A page that was read becomes rows: the page, its forms, their fields, and the readings that are sure enough."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import connection, transaction

from saime.channels.paper.contracts import ReadingOnPaper
from saime.channels.paper.deciding.sampling import is_sampled
from saime.channels.paper.intake.keeping import folder_of, keep
from saime.channels.paper.models import (
    FormField,
    FormState,
    PageOutcome,
    Route,
    ScannedFile,
    ScannedForm,
    ScannedPage,
)
from saime.channels.paper.operations.fields import keep_field
from saime.channels.paper.operations.submitting import submit_field
from saime.channels.paper.queries.knowledge import Owner, owners_of
from saime.channels.paper.queries.threshold import InForce, in_force
from saime.channels.paper.reading.deciding import Decided, decide_form
from saime.channels.paper.reading.found import FoundForm, FoundPage
from saime.channels.paper.reading.ink import is_same_paper
from saime.channels.paper.reading.scan import sheet_name
from saime.platform.periods import RIGA

_SHEETS = 0x5A31  # the advisory locks of sheets whose scans are being kept


@dataclass(frozen=True, slots=True)
class KeptPage:
    """What became of a page's forms."""

    forms: int = 0
    accepted: int = 0
    review: int = 0


@dataclass(frozen=True, slots=True)
class _NewForm:
    """A form that has not been scanned before, with what the installation knows of it."""

    position: int
    found: FoundForm
    owner: Owner
    rows: tuple[Decided, ...]
    content: str
    sample_percent: float

    @property
    def reason(self) -> str:
        """Why a person has to look at the whole form."""
        return "no_code" if self.found.payload is None else self.owner.reason


def keep_page(file: ScannedFile, number: int, found: FoundPage, *, now: datetime) -> KeptPage:
    """Keep the page, its forms, and submit their sure readings, all in one. A page that is there stays as it is."""
    folder = f"{folder_of(file.sha256)}/{number:05d}"
    picture = keep(f"{folder}/page.jpg", found.picture) if found.picture else ""
    with transaction.atomic():
        _lock(found)
        if ScannedPage.objects.filter(file=file, number=number).exists():
            return KeptPage()
        holds = in_force(now.astimezone(RIGA).date())
        forms = [] if _was_there(found) else _new_forms(found, holds)
        outcome, reason = found.outcome, found.reason
        if outcome == PageOutcome.FORM and not forms:
            outcome, reason = PageOutcome.DUPLICATE, "scanned_before"
        page = ScannedPage.objects.create(
            file=file, number=number, outcome=outcome, reason=reason, kept_as=picture, content=found.content
        )
        fields = [field for form in forms for field in _keep_form(page, form, folder)]
        sure = [field for field in fields if field.route == Route.ACCEPTED]
        for field in sorted(sure, key=_lock_order):
            submit_field(field, _value(field), now=now)
        waiting = {field.form_id for field in fields if field.form.state == FormState.IN_REVIEW}
        no_fields = sum(not form.rows for form in forms)
        return KeptPage(len(forms), len(sure), len(waiting) + no_fields)


def _lock(found: FoundPage) -> None:
    """Nobody else keeps a scan of these sheets meanwhile. In order, so that two pages cannot wait for each other."""
    names = [found.content] if found.forms else []
    names += [_identity(form) for form in found.forms if form.payload is not None]
    keys = sorted(
        {int.from_bytes(hashlib.sha256(n.encode()).digest()[:4], "big", signed=True) for n in names}
    )
    with connection.cursor() as cursor:
        for key in keys:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_SHEETS, key])


def _identity(form: FoundForm) -> str:
    code = form.payload
    return f"{code.account_no}/{code.period}/{sheet_name(code)}" if code is not None else ""


def _was_there(found: FoundPage) -> bool:
    """The very same picture has been read as another page: the page of a file that was saved twice."""
    return (
        bool(found.forms)
        and ScannedPage.objects.filter(content=found.content, outcome=PageOutcome.FORM).exists()
    )


def _new_forms(found: FoundPage, holds: InForce) -> list[_NewForm]:
    owners = owners_of([form.payload for form in found.forms])
    new: list[_NewForm] = []
    for position, (form, owner) in enumerate(zip(found.forms, owners, strict=True), 1):
        if form.payload is not None and _is_known(form, new):
            continue
        content = _content(form, found.content, position)
        rows = decide_form(form, owner.expected, threshold=holds.threshold)
        new.append(_NewForm(position, form, owner, rows, content, holds.sample_percent))
    return new


def _is_known(form: FoundForm, beside: Sequence[_NewForm]) -> bool:
    """The same paper has been scanned before, or lies on the same page twice."""
    code = form.payload
    if code is None:
        return False
    same_sheet = ScannedForm.objects.filter(
        account_no=code.account_no, period=code.period, sheet=sheet_name(code)
    )
    inks = [bytes(ink) for ink in same_sheet.values_list("ink", flat=True)]
    inks += [other.found.ink for other in beside if _identity(other.found) == _identity(form)]
    return any(is_same_paper(form.ink, ink, code.sheet) for ink in inks)


def _content(form: FoundForm, page: str, position: int) -> str:
    """What tells this paper from all others, whoever scans it: its sheet and the ink on it."""
    name = _identity(form) if form.payload is not None else f"{page}/{position}"
    return hashlib.sha256(name.encode() + b"\0" + form.ink).hexdigest()


def _keep_form(page: ScannedPage, new: _NewForm, folder: str) -> list[FormField]:
    code = new.found.payload
    routes = [_route(new, row.reading) for row in new.rows]
    in_review = code is None or any(route == Route.REVIEW for route, _ in routes)
    form = ScannedForm.objects.create(  # type: ignore[misc] # the plugin takes the month for one that must be there
        page=page, position=new.position, account_id=new.owner.account_id,
        account_no=code.account_no if code else "", period=code.period if code else None,
        sheet=sheet_name(code) if code else new.found.kind.value, markers=list(new.found.corners),
        kept_as=keep(f"{folder}/form-{new.position}.jpg", new.found.picture), content=new.content,
        ink=new.found.ink, state=FormState.IN_REVIEW if in_review else FormState.READ, reason=new.reason,
    )  # fmt: skip
    meters = new.owner.meters
    return [
        keep_field(
            form, row, meter_id=meters[name].meter_id if (name := row.reading.meter_no) in meters else None,
            route=route, reason=reason,
        )
        for row, (route, reason) in zip(new.rows, routes, strict=True)
    ]  # fmt: skip


def _route(new: _NewForm, reading: ReadingOnPaper) -> tuple[str, str]:
    """What is sure goes on, where it is known whose it is; nothing written is nothing to do, whoever it is from."""
    if reading.route == Route.EMPTY:
        return reading.route, reading.reason
    if new.reason:
        return Route.REVIEW, new.reason
    if reading.meter_no not in new.owner.meters:
        return Route.REVIEW, "unknown_meter"
    if reading.route == Route.ACCEPTED and is_sampled(new.content, reading.number, new.sample_percent):
        return Route.REVIEW, "sample"
    return reading.route, reading.reason


def _lock_order(field: FormField) -> tuple[int, int]:
    return (field.meter.building_id, field.meter.id) if field.meter else (0, 0)


def _value(field: FormField) -> Decimal:
    return Decimal(field.value if field.value is not None else 0)
