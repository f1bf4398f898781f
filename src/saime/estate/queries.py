"""What others may ask about buildings, units and accounts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Count, Q

from saime.estate.contracts import AccountFacts, PaperChoice, PaperlessCount
from saime.estate.models import Account, AccountEvent, Building  # type: ignore[attr-defined]


def building_ids(numbers: Iterable[str]) -> dict[str, int]:
    """The ids of the buildings of these numbers, by number; those that are not there are left out."""
    return dict(Building.objects.filter(building_no__in=list(numbers)).values_list("building_no", "id"))


def account_of_number(account_no: str) -> AccountFacts | None:
    """The account of a customer number. One query."""
    fields = ("id", "account_no", "building_id", "unit_id", "from_date", "to_date", "email", "language",
              "building__address", "unit__unit_no")  # fmt: skip
    row = Account.objects.filter(account_no=account_no).values_list(*fields).first()
    return AccountFacts(*row) if row else None


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
