"""What an installation knows of the sheets that were found on a page: whose they are, and their meters' history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils import timezone

from saime.channels.paper.queries.threshold import in_force
from saime.channels.paper.reading.deciding import Expected
from saime.channels.paper.reading.scan import Known
from saime.channels.paper.sheet import Payload
from saime.estate.models import Account
from saime.metering.expectations import Expectation, expectations
from saime.platform.periods import Period


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose a sheet is. `reason`: why a person has to look (unknown_account, account_ended); empty: nobody has to."""

    account_id: int | None = None
    reason: str = ""
    meters: Mapping[str, Expectation] = field(default_factory=dict)  # of the account's unit, by number

    @property
    def expected(self) -> dict[str, Expected]:
        return {number: as_expected(meter) for number, meter in self.meters.items()}


def as_expected(meter: Expectation) -> Expected:
    return Expected(meter.previous, meter.monthly_mean, meter.months)


def owners_of(codes: Sequence[Payload | None]) -> list[Owner]:
    """For each code whose sheet it is; none for those that could not be read. Four queries a month on the page."""
    numbers = {code.account_no for code in codes if code is not None}
    accounts = {account.account_no: account for account in Account.objects.filter(account_no__in=numbers)}
    meters = {
        period: _meters(codes, period) for period in {code.period for code in codes if code is not None}
    }
    return [Owner() if code is None else _owner(code, accounts, meters[code.period]) for code in codes]


def _meters(codes: Sequence[Payload | None], period: Period) -> dict[str, Expectation]:
    of_month = [code for code in codes if code is not None and code.period == period]
    return expectations([meter.number for code in of_month for meter in code.meters], period)


def _owner(code: Payload, accounts: Mapping[str, Account], meters: Mapping[str, Expectation]) -> Owner:
    account = accounts.get(code.account_no)
    if account is None:
        return Owner(reason="unknown_account")
    theirs = {
        meter.number: known
        for meter in code.meters
        if (known := meters.get(meter.number)) is not None and known.unit_id == account.unit_id
    }
    return Owner(account.id, _why_not(account.from_date, account.to_date, code.period), theirs)


def _why_not(first: date, last: date | None, period: Period) -> str:
    pays = first <= period.last_day and (last is None or last >= period.first_day)
    return "" if pays else "account_ended"


def known_of(codes: Sequence[Payload]) -> list[Known]:
    """The same for whoever only tells about a scan."""
    holds = in_force(timezone.localdate())
    return [
        Known(owner.account_id is not None, owner.expected, holds.threshold) for owner in owners_of(codes)
    ]
