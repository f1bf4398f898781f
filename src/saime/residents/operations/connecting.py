"""A login is connected to an account by customer number and one-time code (domain.md, Identity facts)."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from datetime import datetime
from hashlib import sha256
from hmac import compare_digest, new

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F

from saime.estate.models import Account
from saime.residents import mails, outbox, queries, rules, tries
from saime.residents.contracts import OWNER, ProvenCode, with_unit
from saime.residents.models import Access, ConnectCode, User


class UnableToConnect(Exception):
    """Number and code do not belong together, or the code is used or expired. Which of these is not said."""


class TooManyTries(Exception):
    """The customer number, or the address they come from, had too many wrong tries; whether it exists is not said."""


def _key(secret: str) -> bytes:
    return sha256(b"saime.residents.connect-code\0" + secret.encode()).digest()


def _hash(key: bytes, account_id: int, code: str) -> bytes:
    return new(key, f"{account_id}:{code}".encode(), sha256).digest()


def _fresh_code() -> str:
    return "".join(secrets.choice(rules.ALPHABET) for _ in range(rules.CODE_LENGTH))


def issue_connect_code(account_id: int, now: datetime) -> str:
    """A new code for the account, as it is printed: K7M-4QX-R2D. Good for 60 days and once; only its hash is kept."""
    return issue_connect_codes([account_id], now)[account_id]


@transaction.atomic
def issue_connect_codes(account_ids: Iterable[int], now: datetime) -> dict[int, str]:
    """New codes for many accounts (a month's bills), by account id. Written with COPY: 180,000 take seconds."""
    codes = {account_id: _fresh_code() for account_id in account_ids}
    with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
        for row in _rows(codes, now):
            copy.write_row(row)
    return {account_id: rules.grouped_code(code) for account_id, code in codes.items()}


_COPY = (
    "COPY residents_connectcode (account_id, code_hash, issued_at, expires_at, failed_attempts) FROM STDIN"
)


def _rows(codes: dict[int, str], now: datetime) -> Iterator[tuple[int, bytes, datetime, datetime, int]]:
    key = _key(settings.SECRET_KEY)
    expires = now + rules.CODE_LIFE
    return ((account_id, _hash(key, account_id, code), now, expires, 0) for account_id, code in codes.items())


def prove_code(*, account_no: str, code: str, address: str, now: datetime) -> ProvenCode:
    """The living code that was typed for a customer number. `address`: the client's IP, for counting.

    UnableToConnect for a wrong code as for an unknown number; TooManyTries after five wrong ones for a number or
    fifty from an address within a quarter of an hour. Uses nothing up.
    """
    number = rules.normal_account_no(account_no)
    _count_wrong_code(number, address, now)
    proven = _matching(number, rules.normal_code(code), now)
    if proven is None:
        # The same statement for a number that does not exist: nothing to be told from the time it takes.
        ConnectCode.objects.filter(
            account__account_no=number, used_at__isnull=True, expires_at__gt=now
        ).update(failed_attempts=F("failed_attempts") + 1)
        raise UnableToConnect
    tries.take_back(what="code-number", of=number)
    tries.take_back(what="code-address", of=address)
    return proven


def _count_wrong_code(number: str, address: str, now: datetime) -> None:
    by_number = tries.count_try(
        what="code-number", of=number, limit=rules.WRONG_CODES_FOR_NUMBER, within=rules.BLOCK, now=now
    )
    by_address = tries.count_try(
        what="code-address", of=address, limit=rules.WRONG_CODES_FROM_ADDRESS, within=rules.BLOCK, now=now
    )
    if not (by_number and by_address):
        raise TooManyTries


def _matching(number: str, code: str, now: datetime) -> ProvenCode | None:
    """Every living code is compared, each in constant time, with the present key and the former ones."""
    living = ConnectCode.objects.filter(account__account_no=number, used_at__isnull=True, expires_at__gt=now)
    keys = [_key(secret) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    found = None
    for row in living.order_by("id"):
        for key in keys:
            if compare_digest(bytes(row.code_hash), _hash(key, row.account_id, code)):
                found = ProvenCode(row.pk, row.account_id)
    return found


def connect_by_code(*, user: User, proven: ProvenCode, now: datetime) -> Access:
    """Use the code up and make the person an owner of the account. The other owners are told by e-mail.

    Repeating it for the same person changes nothing. UnableToConnect where somebody else was quicker or it expired.
    Codes printed before this one open nothing any more.
    """
    with transaction.atomic():
        code = ConnectCode.objects.select_for_update().get(pk=proven.code_id, account_id=proven.account_id)
        if code.used_by_id != user.pk or code.used_at is None:
            _use_up(code, user, now)
        return grant_access(
            user=user, account_id=code.account_id, role=OWNER, granted_by=None, now=now, tell_owners=True
        )


def _use_up(code: ConnectCode, user: User, now: datetime) -> None:
    if code.used_at is not None or code.expires_at <= now:
        raise UnableToConnect
    code.used_at, code.used_by = now, user
    code.save(update_fields=["used_at", "used_by"])
    ConnectCode.objects.filter(
        account_id=code.account_id, used_at__isnull=True, issued_at__lte=code.issued_at, expires_at__gt=now
    ).update(expires_at=now)


def grant_access(
    *, user: User, account_id: int, role: str, granted_by: User | None, now: datetime, tell_owners: bool
) -> Access:
    """The person's living access, made where there is none; a higher role replaces a lower one."""
    # One at a time for an account, so that two ways in do not both find nothing.
    Account.objects.select_for_update(no_key=True).get(pk=account_id)
    living = queries.access_of(user.pk, account_id, now)
    if living and (living.role == role or role != OWNER):
        return living
    if living:
        living.ended_at, living.ended_by = now, user
        living.save(update_fields=["ended_at", "ended_by"])
    owners = queries.owner_emails(account_id, now) if tell_owners else []
    access = Access.objects.create(
        user=user, account_id=account_id, role=role, granted_at=now, granted_by=granted_by
    )
    place = _place(account_id)
    for email, language in owners:
        outbox.post(mails.somebody_joined(language, place=place, who=user.email), to=email, now=now)
    return access


def _place(account_id: int) -> str:
    account = Account.objects.select_related("building", "unit").get(pk=account_id)
    return with_unit(account.building.address, account.unit.unit_no)


def send_connect_code(*, account_no: str, address: str, now: datetime) -> None:
    """Send a new code to the e-mail the company has for the account.

    Says nothing: whether the number exists and has an e-mail is not to be learnt here. TooManyTries after three
    letters for a number or thirty from an address in a day.
    """
    number = rules.normal_account_no(account_no)
    within = rules.LETTERS_BLOCK
    allowed = tries.count_try(
        what="letter-number", of=number, limit=rules.CODE_LETTERS_FOR_NUMBER, within=within, now=now
    ) and tries.count_try(
        what="letter-address", of=address, limit=rules.CODE_LETTERS_FROM_ADDRESS, within=within, now=now
    )
    if not allowed:
        raise TooManyTries
    with transaction.atomic():
        account = Account.objects.filter(account_no=number).exclude(email="").first()
        if account is not None:
            code = issue_connect_code(account.pk, now)
            letter = mails.connect_code(account.language, account_no=account.account_no, code=code)
            outbox.post(letter, to=account.email, now=now)
