"""A house whose readings are being gathered, and the people who gather them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from typing import Any

from django.contrib.auth.models import Permission
from tests.metering.houses import make_meter
from tests.residents.houses import make_account
from tests.web.staff.papers import Row, make_form

from saime.channels.paper.models import ScannedForm
from saime.estate.models import Account
from saime.metering.contracts import SubmissionOutcome
from saime.metering.models import Meter
from saime.metering.operations import submit_reading
from saime.platform.periods import RIGA, Period
from saime.residents.models import User

NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
NOVEMBER = Period.of(2026, 11)
_references = count(1)


@dataclass(frozen=True, slots=True)
class Flat:
    account: Account
    cold: Meter
    hot: Meter


def make_staff(email: str = "darbiniece@example.com", *rights: str, **fields: Any) -> User:
    """Somebody with all rights; with `rights` ("app.action_model") only these."""
    user = User.objects.create_user(
        email, None, is_staff=True, is_superuser=not rights, **{"language": "en", **fields}
    )
    for right in rights:
        app, code = right.split(".")
        user.user_permissions.add(Permission.objects.get(content_type__app_label=app, codename=code))
    return user


def make_flats(how_many: int) -> list[Flat]:
    """Flats read every month from June to October, 4 m³ of cold and 3 m³ of hot water each."""
    return [make_flat(number) for number in range(1, how_many + 1)]


def make_flat(number: int) -> Flat:
    account = make_account(f"40000{number:02}", str(number))
    unit, building = account.unit, account.building
    since = date(2026, 5, 10)
    cold = make_meter(building, unit, f"AU{number:05}", medium="cold", installed_on=since)
    hot = make_meter(
        building, unit, f"KU{number:05}", medium="hot", installed_on=since, initial_reading=Decimal(50)
    )
    for month in range(5, 11):
        submit(cold, 100 + 4 * (month - 4), at=datetime(2026, month, 26, 12, tzinfo=RIGA))
        submit(hot, 50 + 3 * (month - 4), at=datetime(2026, month, 26, 12, tzinfo=RIGA))
    return Flat(account, cold, hot)


def submit(
    meter: Meter, value: object, *, at: datetime = NOW, channel: str = "portal", **options: Any
) -> SubmissionOutcome:
    return submit_reading(
        meter_id=meter.pk, value=str(value), channel=channel, received_at=at, now=at,
        reference=f"office:{next(_references)}", **options,
    )  # fmt: skip


def make_doubt(flat: Flat, value: object = 250, text: str = "") -> int:
    """A text message whose reading is far too high; the submission's id."""
    text = text or f"RAD {flat.account.account_no} K {value}"
    outcome = submit(flat.cold, value, channel="sms", evidence={"text": text})
    assert outcome.submission.fate == "in_review"
    return outcome.submission.submission_id


def form_of(flat: Flat, *, received_on: date | None = None, name: str = "novembris.pdf") -> ScannedForm:
    """A form on which the cold meter's reading was sure and registered itself, and the hot one's was not."""
    rows = [
        Row(flat.cold, "00128,417", [99] * 8, route="accepted"),
        Row(flat.hot, "00071,3_5", [99, 99, 99, 61, 97, 88, 52, 95]),
    ]
    return make_form(
        flat.account,
        NOVEMBER,
        rows,
        received_at=NOW,
        received_on=received_on or date(2026, 11, 25),
        name=name,
    )


def both_unsure(flat: Flat) -> ScannedForm:
    rows = [
        Row(flat.cold, "00128,417", [99, 99, 98, 64, 97, 88, 72, 95]),
        Row(flat.hot, "00071,3_5", [99, 99, 99, 61, 97, 88, 52, 95]),
    ]
    return make_form(flat.account, NOVEMBER, rows, received_at=NOW, received_on=date(2026, 11, 25))
