"""What crosses the border of this app."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime

OWNER = "owner"


_POSTCODE = re.compile(r"\s*LV-?\d{4}\s*")


def with_unit(address: str, unit_no: str) -> str:
    """The unit's number behind the house's: the last part of the address with a number that is no postcode."""
    parts = address.split(",")
    numbered = [
        place for place, part in enumerate(parts) if re.search(r"\d", part) and not _POSTCODE.fullmatch(part)
    ]
    at = numbered[-1] if numbered else len(parts) - 1
    parts[at] = f"{parts[at].rstrip()}-{unit_no}"
    return ",".join(parts)


@dataclass(frozen=True, slots=True)
class AccountAccess:
    """An account that a person may see, and as what.

    `access_id` is None where a member of staff looks on as the resident would. `to_date` is the account's last day,
    None while it goes on: an account that has ended stays visible with its bills.
    """

    access_id: int | None
    account_id: int
    account_no: str
    role: str  # "owner", "tenant", "representative"
    unit_id: int
    unit_no: str
    unit_kind: str
    building_id: int
    building_no: str
    address: str
    holder_name: str
    from_date: date
    to_date: date | None
    paperless: bool

    @property
    def is_owner(self) -> bool:
        return self.role == OWNER

    @property
    def place(self) -> str:
        """The address with the unit behind the house's number: "Brīvības iela 10-12, Rīga"."""
        return with_unit(self.address, self.unit_no)

    def is_open_on(self, day: date) -> bool:
        return self.from_date <= day and (self.to_date is None or day <= self.to_date)


@dataclass(frozen=True, slots=True)
class ProvenCode:
    """A one-time code that was right when it was asked for. Not used up yet: `connect_by_code` does that."""

    code_id: int
    account_id: int


@dataclass(frozen=True, slots=True)
class PersonWithAccess:
    """One who may see an account, as the owner's list shows them."""

    access_id: int
    user_id: int
    email: str
    name: str
    role: str
    granted_at: datetime
    may_be_ended: bool
    is_self: bool


@dataclass(frozen=True, slots=True)
class OpenInvitation:
    invitation_id: int
    email: str
    role: str
    invited_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class InvitationFacts:
    """What an invitation's page says before it is accepted."""

    invitation_id: int
    account_id: int
    email: str
    role: str
    place: str
    inviter: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class StaffVisit:
    """When customer service looked at an account, and why."""

    started_at: datetime
    ended_at: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class StaffViewFacts:
    """The view a member of staff is in: one account, to be read only."""

    view_id: int
    account: AccountAccess
    reason: str
    ends_at: datetime
