"""Login and settings in a real browser: sign-up, kept forms, passkeys, accessibility, without JavaScript."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import Page, expect
from tests.e2e.conftest import DESKTOP, PHONE, AxeCheck, NewContext, sign_in, speak, theme, watch_console
from tests.residents.houses import PASSWORD, give, make_account, make_user

from saime.residents import operations
from saime.residents.models import Invitation, Outbox, User
from saime.residents.operations.sharing import token_of

pytestmark = pytest.mark.django_db(transaction=True)
EMAIL = "jauna@example.com"
SHOTS = os.environ.get("SAIME_SHOTS", "")


@pytest.fixture(autouse=True)
def fresh_limits() -> Iterator[None]:
    yield
    cache.clear()


@pytest.fixture
def owner() -> User:
    user = make_user("iedzivotaja@example.com")
    flat = make_account("4000001")
    give(user, flat)
    give(user, make_account("4000017", "17", building_no="B2"))
    tenant = make_user("irnieks@example.com")
    give(tenant, flat, "tenant")
    now = timezone.now()
    operations.invite(
        inviter=user, account_id=flat.pk, email="viesis@example.com", role="representative", now=now
    )
    staff = make_user("darbiniece@example.com", is_staff=True)
    operations.start_staff_view(staff=staff, account=flat, reason="Zvans par rēķinu", now=now)
    operations.end_staff_view(staff=staff, now=now)
    return user


def shoot(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)


def last_code() -> str:
    letter = Outbox.objects.order_by("id").last()
    assert letter is not None
    return re.search(r"^    (\S+)$", letter.text, re.MULTILINE)[1]  # type: ignore[index]


@pytest.mark.parametrize("scripts", [True, False])
def test_signing_up_on_a_phone(new_context: NewContext, scripts: bool) -> None:
    code = operations.issue_connect_code(make_account("4000001").pk, timezone.now())
    page = new_context(java_script_enabled=scripts).new_page()
    page.goto("/account/login/")
    page.get_by_role("link", name="Reģistrēties").click()
    page.get_by_label("Klienta numurs").fill("4000001")
    page.get_by_label("Vienreizējais kods").fill("AAA")
    page.get_by_role("button", name="Turpināt").click()
    expect(page.get_by_role("alert")).to_contain_text("nesader kopā")
    page.get_by_label("Vienreizējais kods").fill(code.lower())
    page.get_by_role("button", name="Turpināt").click()
    page.get_by_label("E-pasts").fill(EMAIL)
    page.get_by_label("Parole", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Reģistrēties").click()
    page.get_by_label("Kods no e-pasta").fill(last_code())
    page.get_by_role("button", name="Apstiprināt").click()
    expect(page.get_by_role("status").first).to_contain_text("Laipni lūdzam")


PLAIN = ["/account/login/", "/connect/", "/connect/code/", "/connect/code/sent/", "/account/password/reset/",
         "/account/password/reset/done/", "/mail-status/"]  # fmt: skip
SIGNED_IN = ["/settings/", "/settings/bills/", "/settings/access/", "/settings/access/4000001/invite/",
             "/settings/security/", "/settings/language/", "/account/email/", "/account/password/change/",
             "/account/2fa/webauthn/", "/connect/", "/account/logout/", "/account/reauthenticate/"]  # fmt: skip
LOOKS = [("lv", "light", PHONE), ("ru", "dark", PHONE), ("ru", "light", DESKTOP), ("lv", "dark", DESKTOP)]


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


@pytest.mark.parametrize(("language", "colours", "size"), LOOKS)
def test_pages_are_accessible_and_fit(
    new_context: NewContext, axe: AxeCheck, owner: User, language: str, colours: str, size: dict[str, int]
) -> None:
    page = new_context(viewport=size).new_page()
    speak(page, language)
    theme(page, colours)
    errors = watch_console(page)
    token = token_of(Invitation.objects.get())
    for address in [*PLAIN, f"/invitation/{token}/", "/account/signup/"]:
        look_at(page, axe, address, f"out-{language}-{colours}-{size['width']}")
    owner.language = language
    owner.save()
    sign_in(page, owner)
    for address in [*SIGNED_IN, f"/invitation/{token}/"]:
        look_at(page, axe, address, f"in-{language}-{colours}-{size['width']}")
    assert errors == []


def look_at(page: Page, axe: AxeCheck, address: str, name: str) -> None:
    response = page.goto(address)
    assert response is not None
    assert response.ok, address
    shoot(page, name + re.sub(r"\W+", "-", address[:40]))
    assert fits(page), address
    axe(page)


def test_the_second_step_and_recovery_codes(new_context: NewContext, axe: AxeCheck, owner: User) -> None:
    page = new_context().new_page()
    sign_in(page, owner)
    page.goto("/settings/security/")
    page.get_by_role("link", name="Ieslēgt").click()
    page.get_by_label("Parole", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Turpināt").click()
    shoot(page, "totp")
    axe(page)
    secret = page.locator(".copy-text").inner_text()
    page.get_by_label("Kods, ko lietotne rāda tagad").fill(app_code(secret))
    page.get_by_role("button", name="Ieslēgt").click()
    codes = page.locator(".recovery-codes li").all_inner_texts()
    assert len(codes) == 10
    shoot(page, "recovery")
    axe(page)

    other = new_context().new_page()
    other.goto("/account/login/")
    log_in(other, owner)
    shoot(other, "second-step")
    axe(other)
    other.get_by_label("Kods no lietotnes").fill(codes[0])
    other.get_by_role("button", name="Pieslēgties").click()
    expect(other).not_to_have_url(re.compile("authenticate"))


def app_code(secret: str) -> str:
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time

    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def log_in(page: Page, user: User) -> None:
    page.get_by_label("E-pasts").fill(user.email)
    page.get_by_label("Parole", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Pieslēgties", exact=True).click()


def test_a_passkey_is_made_and_logs_in(new_context: NewContext, owner: User) -> None:
    context = new_context()
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }})  # fmt: skip
    sign_in(page, owner)
    page.goto("/account/2fa/webauthn/add/")
    page.get_by_label("Parole", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Turpināt").click()
    page.get_by_label("Šīs piekļuves atslēgas nosaukums").fill("Mans telefons")
    page.get_by_role("button", name="Pievienot").click()
    expect(page).to_have_url(re.compile("recovery-codes"))
    page.goto("/account/2fa/webauthn/")
    expect(page.get_by_text("Mans telefons")).to_be_visible()
    shoot(page, "passkeys")
    context.clear_cookies()
    page.goto("/account/login/")
    page.get_by_role("button", name="Pieslēgties ar piekļuves atslēgu").click()
    expect(page).not_to_have_url(re.compile("/account/"))
    page.goto("/settings/")
    expect(page.get_by_role("heading", name="Iestatījumi")).to_be_visible()


def test_language_is_changed_without_scripts_and_the_page_stays(new_context: NewContext, owner: User) -> None:
    page = new_context(java_script_enabled=False).new_page()
    page.goto("/account/login/?next=/settings/access/")
    page.get_by_role("button", name="Русский").click()
    expect(page.get_by_role("heading", name="Войти")).to_be_visible()
    assert page.url.endswith("/account/login/?next=/settings/access/")


def test_too_often_is_said_clearly(new_context: NewContext, axe: AxeCheck) -> None:
    page = new_context().new_page()
    for _try in range(6):
        page.goto("/connect/")
        page.get_by_label("Klienta numurs").fill("1")
        page.get_by_label("Vienreizējais kods").fill("AAA")
        page.get_by_role("button", name="Turpināt").click()
    expect(page.get_by_role("heading", name="Mirklīti, lūdzu")).to_be_visible()
    shoot(page, "429")
    axe(page)


def test_staff_look_as_the_resident(new_context: NewContext, axe: AxeCheck, owner: User) -> None:
    page = new_context().new_page()
    sign_in(page, User.objects.get(email="darbiniece@example.com"))
    page.goto("/office/see-as-resident/?account=4000001")
    shoot(page, "staff-start")
    axe(page)
    page.get_by_label("Kāpēc skatāties?").fill("Zvans par skaitītāju")
    page.get_by_role("button", name="Skatīt").click()
    page.goto("/settings/bills/")
    banner = page.get_by_role("region", name="Klientu apkalpošanas skatījums")
    expect(banner).to_contain_text("Zvans par skaitītāju")
    shoot(page, "staff-banner")
    axe(page)
    page.locator("main").get_by_role("button", name="papīra").first.click()
    expect(page.get_by_role("heading", name="Jūs tikai skatāties")).to_be_visible()
    shoot(page, "read-only")
    axe(page)
