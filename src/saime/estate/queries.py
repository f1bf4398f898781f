"""What others may ask about buildings, units and accounts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from django.db.models import Count, Q

from saime.estate.contracts import AccountFacts, PaperChoice, PaperlessCount
from saime.estate.models import Account, AccountEvent, Building  # type: ignore[attr-defined]


def building_ids(numbers: Iterable[str]) -> dict[str, int]:
    """The ids of the buildings of these numbers, by number; those that are not there are left out."""
    return dict(Building.objects.filter(building_no__in=list(numbers)).values_list("building_no", "id"))


_FACTS = ("id", "account_no", "building_id", "unit_id", "from_date", "to_date", "email", "language",
          "building__address", "unit__unit_no")  # fmt: skip


def account_of_number(account_no: str) -> AccountFacts | None:
    """The account of a customer number. One query."""
    return next(iter(accounts_of_numbers([account_no])), None)


def accounts_of_numbers(numbers: Sequence[str]) -> list[AccountFacts]:
    """The accounts of those of the customer numbers that there are, by number. One query."""
    rows = Account.objects.filter(account_no__in=list(numbers)).order_by("account_no")
    return [AccountFacts(*row) for row in rows.values_list(*_FACTS)]


def accounts_with_phone(forms: Sequence[str]) -> list[AccountFacts]:
    """The accounts whose contact is one of these phones, by number, ended ones too. One query."""
    rows = Account.objects.filter(phone__in=[form for form in forms if form]).exclude(phone="")
    return [AccountFacts(*row) for row in rows.order_by("account_no").values_list(*_FACTS)]


def paperless_count(on: date, *, building_id: int | None = None) -> PaperlessCount:
    """How many of the accounts that pay on the day want no printed bill. One query."""
    paying = Account.objects.filter(Q(to_date__isnull=True) | Q(to_date__gte=on), from_date__lte=on)
    if building_id is not None:
        paying = paying.filter(building_id=building_id)
    found = paying.aggregate(accounts=Count("pk"), paperless=Count("pk", filter=Q(paperless=True)))
    return PaperlessCount(**found)


def paper_choices(account_id: int) -> list[PaperChoice]:
    """Each change between paper and paperless, latest first; read from the account's history. Two queries."""
    now = Account.objects.values_list("paperless", flat=True).get(pk=account_id)
    events = AccountEvent.objects.filter(pgh_obj_id=account_id).order_by("-pgh_id")
    choices = []
    for ended_at, before in events.values_list("pgh_created_at", "paperless"):
        if before != now:
            choices.append(PaperChoice(ended_at, now))
        now = before
    return choices


def building_of_account(account_id: int) -> int:
    return Account.objects.values_list("building_id", flat=True).get(pk=account_id)
