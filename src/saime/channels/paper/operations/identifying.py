"""Whose form it is, said by a person where the code could not be read or names an account that is not ours."""

from __future__ import annotations

from datetime import datetime, time

import cv2
import numpy as np
from django.db import IntegrityError, transaction

from saime.channels.paper.contracts import FormOnDesk
from saime.channels.paper.intake.keeping import full
from saime.channels.paper.models import FormField, Route, ScannedForm, Step
from saime.channels.paper.operations.desk import form_of, note_step
from saime.channels.paper.operations.fields import keep_field
from saime.channels.paper.queries import form_on_desk
from saime.channels.paper.queries.knowledge import owners_of
from saime.channels.paper.reading.deciding import decide_form
from saime.channels.paper.reading.found import FoundForm
from saime.channels.paper.reading.page import read_fields
from saime.channels.paper.sheet import Payload, SheetKind, SheetMeter, split_into_sheets
from saime.estate.models import Account
from saime.metering.expectations import expectations
from saime.metering.queries import meters_of
from saime.platform.periods import RIGA, Period


class UnableToIdentify(Exception):
    """`reason`: unknown_account, known_already, no_such_sheet, scanned_before."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def identify(
    *, form_id: int, account_no: str, period: Period, user_id: int, now: datetime, part: int = 1
) -> FormOnDesk:
    """Say whose form it is, of which month, and which of the account's sheets (`part`, where it has several).

    A form without a readable code is read now, its rows being the account's meters as they are printed; all of it
    goes to review. Raises FormNotYours and UnableToIdentify.
    """
    with transaction.atomic():
        form = form_of(form_id, user_id)
        if form.account_id is not None:
            raise UnableToIdentify("known_already")
        account = Account.objects.filter(account_no=account_no.strip()).first()
        if account is None:
            raise UnableToIdentify("unknown_account")
        if form.account_no:
            _adopt(form, account)
        else:
            _read_as(form, account, period, part)
        note_step(form_id, Step.IDENTIFIED, user_id, now, account.account_no)
    return form_on_desk(form_id)


def _adopt(form: ScannedForm, account: Account) -> None:
    """The code names another account: the rows whose meters are this one's are this one's."""
    ScannedForm.objects.filter(id=form.id).update(account=account)
    fields = list(FormField.objects.filter(form=form, meter=None).order_by("id"))
    known = expectations([field.meter_no for field in fields], form.period) if form.period else {}
    for field in fields:
        meter = known.get(field.meter_no)
        if meter is not None and meter.unit_id == account.unit_id:
            FormField.objects.filter(id=field.id).update(meter_id=meter.meter_id)


def _read_as(form: ScannedForm, account: Account, period: Period, part: int) -> None:
    code = _as_printed(SheetKind(form.sheet), account, period, part)
    try:
        with transaction.atomic():
            ScannedForm.objects.filter(id=form.id).update(
                account=account, account_no=account.account_no, period=period
            )
    except IntegrityError as error:
        raise UnableToIdentify("scanned_before") from error
    straight = np.asarray(cv2.imread(str(full(form.kept_as))), np.uint8)
    found = read_fields(straight, code.sheet)
    owner = owners_of([code])[0]
    whole = FoundForm(code.kind, (), code, b"", b"", found)
    for row in decide_form(whole, owner.expected):
        meter = owner.meters.get(row.reading.meter_no)
        keep_field(
            form, row, meter_id=meter.meter_id if meter else None, route=Route.REVIEW, reason="no_code"
        )


def _as_printed(kind: SheetKind, account: Account, period: Period, part: int) -> Payload:
    moment = datetime.combine(period.last_day, time(12), RIGA)
    meters = meters_of([account.id], now=moment, with_figures=False)
    on_sheet = [
        SheetMeter(meter.meter_no, meter.medium, meter.digits)
        for meter in meters
        if meter.installed_on <= period.last_day
    ]
    codes = split_into_sheets(kind, account.account_no, period, on_sheet)
    if not 1 <= part <= len(codes):
        raise UnableToIdentify("no_such_sheet")
    return codes[part - 1]
