"""E-mails that are not lost: written with the data, sent after the commit, tried again until the server takes them.

At least once: after a crash between the server's answer and ours a mail goes a second time, with the same Message-ID,
so that the mailbox can tell. Pages never wait for the mail server.
"""

from __future__ import annotations

import logging
import smtplib
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import close_old_connections, transaction
from django.utils import timezone

from saime.residents import rules
from saime.residents.mails import Letter
from saime.residents.models import Outbox

logger = logging.getLogger(__name__)
_REFUSED = "refused by the mail server"


def post(letter: Letter, *, to: str, now: datetime) -> Outbox:
    """Put a letter into the outbox. It goes out after the surrounding transaction has been committed."""
    row = Outbox.objects.create(
        recipient=to, kind=letter.kind, subject=letter.subject, text=letter.text, html=letter.html,
        message_id=f"<{uuid.uuid4().hex}@{_domain()}>", queued_at=now, expires_at=now + letter.life, next_try_at=now,
    )  # fmt: skip
    transaction.on_commit(wake)
    return row


def _domain() -> str:
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"


@dataclass(slots=True)
class Sent:
    """What one round did."""

    sent: int = 0
    failed: int = 0


def send_due(*, now: datetime, limit: int = 500) -> Sent:
    """Send what is due, oldest first, each in a transaction of its own. Several senders share the work."""
    done = Sent()
    _give_up_expired(now)
    with _open_connection() as server:
        while done.sent + done.failed < limit:
            outcome = _send_next(server, now)
            if outcome is None:
                break
            done.sent += outcome
            done.failed += not outcome
    return done


class _Server:
    """One connection for many mails, opened at the first."""

    def __init__(self) -> None:
        self._backend: BaseEmailBackend | None = None

    def __enter__(self) -> _Server:
        return self

    def __exit__(self, *_error: object) -> None:
        self.drop()

    def send(self, row: Outbox) -> None:
        if self._backend is None:
            self._backend = get_connection()
            self._backend.open()
        self._backend.send_messages([_message(row)])

    def drop(self) -> None:
        backend, self._backend = self._backend, None
        if backend is not None:
            backend.close()


def _open_connection() -> _Server:
    return _Server()


def _send_next(server: _Server, now: datetime) -> bool | None:
    """True sent, False not taken, None nothing to do. The row stays locked meanwhile: nobody else sends it."""
    with transaction.atomic():
        due = Outbox.objects.select_for_update(skip_locked=True).filter(next_try_at__lte=now)
        row = due.order_by("next_try_at", "id").first()
        if row is None:
            return None
        try:
            server.send(row)
        except (smtplib.SMTPException, OSError) as error:
            server.drop()
            _not_taken(row, error, now)
            return False
        _taken(row, now)
        return True


def _message(row: Outbox) -> EmailMultiAlternatives:
    headers = {"Message-ID": row.message_id, "Auto-Submitted": "auto-generated"}
    message = EmailMultiAlternatives(row.subject, row.text, None, [row.recipient], headers=headers)
    message.attach_alternative(row.html, "text/html")
    return message


def _taken(row: Outbox, now: datetime) -> None:
    row.sent_at, row.next_try_at, row.attempts = now, None, row.attempts + 1
    row.text = row.html = row.problem = ""
    row.save()


def _not_taken(row: Outbox, error: Exception, now: datetime) -> None:
    row.attempts += 1
    row.problem = type(error).__name__
    row.next_try_at = now + rules.retry_after(row.attempts)
    if _is_final(error):
        row.next_try_at, row.problem, row.text, row.html = None, _REFUSED, "", ""
    row.save()
    logger.warning("Mail %s was not taken: %s", row.pk, row.problem)  # never the recipient


def _is_final(error: Exception) -> bool:
    """The server said that this mailbox will never take it: 5xx for every recipient."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(500 <= code < 600 for code, _text in error.recipients.values())
    return False


def _give_up_expired(now: datetime) -> None:
    Outbox.objects.filter(next_try_at__isnull=False, expires_at__lte=now).update(
        next_try_at=None, text="", html="", problem="expired before it could be sent"
    )


# The thread that sends, in a process that serves pages

_wanted = threading.Event()
_started = threading.Lock()
_thread: threading.Thread | None = None
PAUSE = timedelta(seconds=15)
"""How often a quiet sender looks for mail that another process left, or that is to be tried again."""


def wake() -> None:
    """Mail waits: start this process's sender, or wake it."""
    if not settings.SAIME_MAIL_THREAD:
        return
    _wanted.set()
    global _thread  # noqa: PLW0603 (one sender a process)
    with _started:
        if _thread is None or not _thread.is_alive():
            _thread = threading.Thread(target=run, name="saime-mail", daemon=True)
            _thread.start()


TIDY_EVERY = timedelta(hours=6)


def run(keep_on: Callable[[], bool] = lambda: True) -> None:
    """Send until `keep_on` says no, and forget what is over now and then. Errors are logged and survived."""
    from saime.residents.operations import forget_what_is_over

    tidied = timezone.now()
    while keep_on():
        _wanted.clear()
        try:
            close_old_connections()
            now = timezone.now()
            send_due(now=now)
            if now - tidied >= TIDY_EVERY:
                tidied = now
                forget_what_is_over(now=now)
        except Exception:
            logger.exception("The outbox could not be read")
        finally:
            close_old_connections()
        _wanted.wait(PAUSE.total_seconds())
