"""Language, paper, access, as a resident and as customer service."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from tests.residents.houses import PASSWORD, give, make_account, make_user

from saime.estate.models import Account
from saime.residents import operations
from saime.residents.models import Access, Invitation, Outbox, StaffView, User
from saime.residents.operations.sharing import token_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def flat() -> Account:
    return make_account("4000001")


@pytest.fixture
def owner(flat: Account) -> User:
    user = make_user()
    give(user, flat)
    return user


@pytest.fixture
def home(client: Client, owner: User) -> Client:
    client.force_login(owner)
    return client


def lang(response) -> str:
    return response.content.decode().split('<html lang="')[1][:2]


# Language


def test_language_is_the_logins_then_the_cookies_then_the_browsers(client: Client, owner: User) -> None:
    def page(**headers: str) -> str:
        return lang(client.get("/account/login/", **headers))

    assert page() == "lv"
    assert page(HTTP_ACCEPT_LANGUAGE="ru-RU,ru;q=0.9") == "ru"
    assert page(HTTP_ACCEPT_LANGUAGE="de") == "lv"
    response = client.post("/language/", {"language": "en", "next": "/account/login/?next=/settings/"})
    assert response.url == "/account/login/?next=/settings/"
    assert page(HTTP_ACCEPT_LANGUAGE="ru") == "en"
    client.force_login(owner)
    assert lang(client.get("/settings/")) == "lv"
    client.post("/language/", {"language": "ru", "next": "/settings/"})
    owner.refresh_from_db()
    assert owner.language == "ru"
    assert lang(Client_of(owner).get("/settings/")) == "ru"


def Client_of(user: User) -> Client:  # noqa: N802
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize("wanted", ["", "de", "x" * 500, "lv\n"])
def test_a_language_we_do_not_speak_changes_nothing(home: Client, owner: User, wanted: str) -> None:
    assert home.post("/language/", {"language": wanted, "next": "https://evil.example/"}).url == "/"
    owner.refresh_from_db()
    assert owner.language == "lv"


# Paper


def test_paper_is_given_up_and_taken_back(home: Client, flat: Account) -> None:
    for choice, expected in (("yes", True), ("yes", True), ("no", False)):
        assert (
            home.post("/settings/bills/", {"account_no": "4000001", "paperless": choice}).status_code == 302
        )
        flat.refresh_from_db()
        assert flat.paperless is expected
    assert home.get("/settings/bills/").status_code == 200


def test_a_tenant_and_a_stranger_do_not_choose_paper(client: Client, flat: Account, owner: User) -> None:
    tenant = make_user("irnieks@example.com")
    give(tenant, flat, "tenant")
    stranger = make_user("svesa@example.com")
    give(stranger, make_account("4000002", "2"))
    for user in (tenant, stranger):
        client.force_login(user)
        assert (
            client.post("/settings/bills/", {"account_no": "4000001", "paperless": "yes"}).status_code == 404
        )
    flat.refresh_from_db()
    assert not flat.paperless


# Access


def test_an_owner_invites_and_the_invited_signs_up_without_a_code(home: Client, flat: Account) -> None:
    assert home.get("/settings/access/4000001/invite/").status_code == 200
    response = home.post(
        "/settings/access/4000001/invite/", {"email": "irnieks@example.com", "role": "tenant"}
    )
    assert response.url == "/settings/access/"
    assert b"irnieks@example.com" in home.get("/settings/access/").content

    guest = Client()
    link = f"/invitation/{token_of(Invitation.objects.get())}/"
    assert guest.get(link).status_code == 200
    assert guest.get(link).status_code == 200  # looking changes nothing
    assert b"irnieks@example.com" in guest.get("/account/signup/").content
    response = guest.post("/account/signup/", {"email": "irnieks@example.com", "password1": PASSWORD})
    assert response.url == "/"  # the link has proven the mailbox
    assert Access.objects.get(role="tenant").user.email == "irnieks@example.com"
    assert Client().get(link).status_code == 404


def test_an_invitation_proves_only_its_own_mailbox(home: Client, flat: Account) -> None:
    home.post("/settings/access/4000001/invite/", {"email": "irnieks@example.com", "role": "tenant"})
    guest = Client()
    guest.get(f"/invitation/{token_of(Invitation.objects.get())}/")
    response = guest.post("/account/signup/", {"email": "cits@example.com", "password1": PASSWORD})
    assert response.url == "/account/confirm-email/"
    assert not Access.objects.filter(role="tenant").exists()


def test_one_with_a_login_accepts_by_pressing(home: Client, flat: Account) -> None:
    home.post("/settings/access/4000001/invite/", {"email": "irnieks@example.com", "role": "representative"})
    make_user("irnieks@example.com")
    guest = Client()
    guest.get(f"/invitation/{token_of(Invitation.objects.get())}/")
    response = guest.post("/account/login/", {"login": "irnieks@example.com", "password": PASSWORD})
    assert response.url == "/invitation/accept/"
    assert guest.get("/invitation/accept/").status_code == 200
    assert not Access.objects.filter(role="representative").exists()
    assert guest.post("/invitation/accept/").url == "/"
    assert Access.objects.filter(role="representative").exists()


@pytest.mark.parametrize(
    "bad", [{"email": "nav", "role": "tenant"}, {"email": "a@example.com", "role": "owner"}, {}]
)
def test_a_bad_invitation_is_explained(home: Client, bad: dict[str, str]) -> None:
    assert home.post("/settings/access/4000001/invite/", bad).status_code == 200
    assert not Invitation.objects.exists()


def test_withdrawing_and_ending(home: Client, flat: Account, owner: User) -> None:
    home.post("/settings/access/4000001/invite/", {"email": "irnieks@example.com", "role": "tenant"})
    invitation = Invitation.objects.get()
    assert home.post(f"/settings/access/4000001/withdraw/{invitation.pk}/").status_code == 302
    assert Client().get(f"/invitation/{token_of(invitation)}/").status_code == 404

    tenant = make_user("otrs@example.com")
    access = give(tenant, flat, "tenant")
    address = f"/settings/access/4000001/end/{access.pk}/"
    assert home.get(address).status_code == 200
    assert Client_of(tenant).get("/settings/access/").status_code == 200
    assert home.post(address).url == "/settings/access/"
    assert Client_of(tenant).get("/settings/access/").url == "/connect/"
    assert home.post(address).status_code == 404


def test_a_tenant_sees_only_themselves_and_invites_nobody(flat: Account, owner: User) -> None:
    tenant = make_user("irnieks@example.com")
    own = give(tenant, flat, "tenant")
    client = Client_of(tenant)
    page = client.get("/settings/access/").content
    assert owner.email.encode() not in page
    assert client.get("/settings/access/4000001/invite/").status_code == 404
    assert (
        client.post(f"/settings/access/4000001/end/{Access.objects.get(user=owner).pk}/").status_code == 404
    )
    assert client.post(f"/settings/access/4000001/end/{own.pk}/").url == "/settings/"
    assert Access.objects.get(user=owner).ended_at is None


# Staff


@pytest.fixture
def staff() -> User:
    return make_user("darbiniece@example.com", is_staff=True)


def look(staff: User, reason: str = "Zvans par rēķinu") -> Client:
    client = Client_of(staff)
    response = client.post("/office/see-as-resident/", {"account_no": "4000001", "reason": reason})
    assert response.status_code == (302 if reason else 200)
    return client


def test_staff_see_what_the_resident_sees_read_only_and_recorded(
    flat: Account, owner: User, staff: User
) -> None:
    client = look(staff)
    page = client.get("/settings/access/")
    assert page.status_code == 200
    assert "staff-banner" in page.content.decode()
    refused = client.post("/settings/bills/", {"account_no": "4000001", "paperless": "yes"})
    assert refused.status_code == 403
    invited = client.post("/settings/access/4000001/invite/", {"email": "a@example.com", "role": "tenant"})
    assert invited.status_code == 403
    flat.refresh_from_db()
    assert not flat.paperless
    assert not Invitation.objects.exists()
    assert not Outbox.objects.exists()

    resident = Client_of(owner).get("/settings/access/").content.decode()
    assert "Zvans par rēķinu" in resident
    assert staff.email not in resident

    assert client.post("/office/see-as-resident/end/").status_code == 302
    assert client.get("/settings/access/").url == "/connect/"
    view = StaffView.objects.get()
    assert (view.staff, view.account, view.reason) == (staff, flat, "Zvans par rēķinu")
    assert view.ended_at is not None


def test_looking_ends_by_itself_after_half_an_hour(flat: Account, owner: User, staff: User) -> None:
    client = look(staff)
    StaffView.objects.update(started_at=timezone.now() - timedelta(minutes=31))
    assert client.get("/settings/access/").url == "/connect/"


def test_looking_needs_a_reason_and_a_member_of_staff(flat: Account, owner: User, staff: User) -> None:
    look(staff, reason="")
    resident = Client_of(owner)
    assert resident.get("/office/see-as-resident/").status_code == 403
    assert (
        resident.post("/office/see-as-resident/", {"account_no": "4000001", "reason": "x"}).status_code == 403
    )
    assert Client().get("/office/see-as-resident/").status_code == 302
    assert not StaffView.objects.exists()
    with pytest.raises(operations.UnableToView):
        operations.start_staff_view(staff=owner, account=flat, reason="x", now=timezone.now())


def test_who_is_no_longer_staff_sees_nothing_any_more(flat: Account, owner: User, staff: User) -> None:
    client = look(staff)
    User.objects.filter(pk=staff.pk).update(is_staff=False)
    assert client.get("/settings/access/").url == "/connect/"


def test_every_settings_page_opens(home: Client) -> None:
    for page in ("", "language/", "bills/", "access/", "security/"):
        assert home.get(f"/settings/{page}").status_code == 200
    assert home.get("/account/2fa/webauthn/").status_code == 200
