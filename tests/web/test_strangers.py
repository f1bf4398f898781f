"""Nobody sees what is not theirs: every address of the site, as a visitor and as somebody else's neighbour.

The addresses are walked as the URL configuration lists them, so that a new page is tried without being listed here.
Identifiers of the victim are put into every place that takes one.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from tests.billing.factories import make_bill, make_consumption, make_meter
from tests.residents.houses import NOW, give, make_account, make_user

from saime.estate.models import Account
from saime.residents import operations
from saime.residents.models import Access, Invitation, User

pytestmark = pytest.mark.django_db
BILL_NO = "2026-10-000001"
SECRET_NAME = "Noslēpumainais Paraugs"

# Open to everybody by their nature: what they show depends on nobody.
PUBLIC = {
    "account_login", "account_reset_password", "account_reset_password_done", "account_reset_password_from_key",
    "account_reset_password_from_key_done", "account_inactive", "connect", "connect_send_code", "connect_code_sent",
    "mail_status", "invitation", "portal:help", "terminal:enrol",
    "terminal:kiosk", "terminal:worker", "health_live", "health_ready", "metrics",
    "api_about", "api_v1:openapi-json", "guest:send_reading",
}  # fmt: skip
# For who is logged in, about themselves only.
OWN = {
    "account_logout", "account_reauthenticate", "account_email", "account_change_password", "settings",
    "settings_access", "settings_bills", "settings_language", "settings_security", "mfa_index", "mfa_list_webauthn",
}  # fmt: skip
NOT_PAGES = ("admin", "design")


def every_pattern(
    resolver: URLResolver | None = None, spaces: tuple[str, ...] = ()
) -> Iterator[tuple[str, URLPattern]]:
    """(name with its namespaces, pattern) of every address, but those of Django's admin and the design gallery."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            inner = (*spaces, entry.namespace) if entry.namespace else spaces
            if entry.app_name not in NOT_PAGES and str(entry.pattern) not in ("office/", "design/"):
                yield from every_pattern(entry, inner)
        elif entry.name:
            yield ":".join((*spaces, entry.name)), entry


@pytest.fixture
def victim() -> Account:
    account = make_account("4000001")
    Account.objects.filter(pk=account.pk).update(holder_name=SECRET_NAME)
    give(make_user("upuris@example.com"), account)
    account.refresh_from_db()
    make_consumption(make_meter(account, meter_no="NOSLEPUMS1"), "2026-10")
    make_bill(account, "2026-10", bill_no=BILL_NO)
    return account


@pytest.fixture
def stranger(victim: Account) -> User:
    user = make_user("kaimins@example.com")
    give(user, make_account("4000002", "2"))
    return user


def identifiers(victim: Account) -> dict[str, list[Any]]:
    """For every kind of placeholder: what belongs to the victim."""
    owner = User.objects.get(email="upuris@example.com")
    invitation = operations.invite(
        inviter=owner, account_id=victim.pk, email="viesis@example.com", role="tenant", now=NOW
    )
    numbers = [victim.pk, Access.objects.get(account=victim).pk, invitation.pk, owner.pk, 1]
    texts = [victim.account_no, BILL_NO, "1", str(victim.pk)]
    return {"int": numbers, "str": texts, "slug": texts, "": texts}


def addresses(name: str, known: dict[str, list[Any]]) -> Iterator[str]:
    from django.urls import NoReverseMatch, reverse

    pattern = next(found for other, found in every_pattern() if other == name)
    converters = pattern.pattern.converters
    kinds = {
        key: type(converter).__name__.removesuffix("Converter").lower()
        for key, converter in converters.items()
    }
    if not kinds:
        kinds = dict.fromkeys(pattern.pattern.regex.groupindex, "")
    choices = [known.get("str" if kind == "string" else kind, known["str"]) for kind in kinds.values()]
    for values in product(*choices):
        try:
            yield reverse(name, kwargs=dict(zip(kinds, values, strict=True)))
        except NoReverseMatch:
            continue


def names() -> list[str]:
    return sorted({name for name, _pattern in every_pattern()})


def test_the_walk_finds_the_pages() -> None:
    assert {"settings_access", "account_login", "portal:home", "portal:bill"} <= set(names())
    assert set(names()) >= OWN


def test_the_owner_does_see_the_bill(victim: Account) -> None:
    """Else the walk below would prove nothing."""
    client = Client()
    client.force_login(User.objects.get(email="upuris@example.com"))
    assert client.get(f"/bills/{BILL_NO}/").status_code == 200


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_visitor_sees_nobodys_data(victim: Account, method: str) -> None:
    known = identifiers(victim)
    for name in names():
        for address in addresses(name, known):
            response = getattr(Client(), method)(address)
            assert SECRET_NAME not in response.content.decode(errors="replace"), name
            if response.status_code == 200:
                assert name in PUBLIC or name == "account_logout", f"{name} is open: {address}"


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_neighbour_sees_only_their_own(victim: Account, stranger: User, method: str) -> None:
    known = identifiers(victim)
    before = counts()
    for name in names():
        for address in addresses(name, known):
            if name == "account_logout":
                continue
            client = Client()
            client.force_login(stranger)
            response = getattr(client, method)(
                address, {"account_no": victim.account_no, "account": victim.account_no}
            )
            text = response.content.decode(errors="replace")
            assert SECRET_NAME not in text, name
            assert "NOSLEPUMS1" not in text, name
            assert "upuris@example.com" not in text, name
            if "<" in (route := str(pattern_of(name))) or "(?P" in route:
                assert response.status_code != 200 or name in PUBLIC, (
                    f"{name} is open to a neighbour: {address}"
                )
    assert counts() == before


@pytest.mark.parametrize("number", ["4000001", "9999999"])
def test_somebody_elses_number_and_one_that_does_not_exist_look_the_same(
    victim: Account, stranger: User, number: str
) -> None:
    client = Client()
    client.force_login(stranger)
    for name in names():
        if name.startswith("portal:") and "<" not in str(pattern_of(name)) and name != "portal:help":
            address = next(addresses(name, {"str": [], "int": []}))
            assert client.get(address, {"account": number}).status_code == 404, name


def pattern_of(name: str) -> Any:
    return next(found for other, found in every_pattern() if other == name).pattern


def counts() -> tuple[Any, ...]:
    account = Account.objects.get(account_no="4000001")
    return (
        account.paperless,
        list(Access.objects.order_by("id").values_list("id", "ended_at")),
        list(Invitation.objects.order_by("id").values_list("id", "withdrawn_at", "accepted_at")),
    )
