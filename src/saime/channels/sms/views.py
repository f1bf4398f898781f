"""Where gateways call us: Kannel's messages and reports, and those of hosted gateways. For machines, without session.

Whatever cannot be taken now is answered so that the gateway sends it again (503); what never can be, so that it does
not (4xx, with a sentence for whoever sets it up). Nothing of a message is written to the log.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable
from datetime import datetime
from functools import wraps

from django.core.exceptions import RequestDataTooBig
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from saime.channels.sms import operations
from saime.channels.sms.gateways import config, kannel, webhook
from saime.channels.sms.gateways.config import KannelConfig, UnableToReadSettings, WebhookConfig
from saime.channels.sms.gateways.signatures import UnableToVerify, same, token_signature, verify
from saime.channels.sms.models import Gateway
from saime.channels.sms.operations import TooBusy, UnableToReceive

logger = logging.getLogger(__name__)
_View = Callable[[HttpRequest], HttpResponse]
_AGAIN_SECONDS = 30


class _Refused(Exception):
    """The call cannot be taken: a status, and what to tell whoever sets the gateway up."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status, self.sentence = status, sentence


def _for_machines(view: _View) -> _View:
    """Refusals as plain answers; 503 where the same call may do later."""

    @csrf_exempt
    @wraps(view)
    def wrapped(request: HttpRequest) -> HttpResponse:
        # Of the address: Django would read that in the body's encoding, and UTF-16 makes it another one.
        request.encoding = "utf-8"
        try:
            return view(request)
        except _Refused as refused:
            return _plain(refused.sentence, refused.status)
        except UnableToReceive as error:
            return _again() if isinstance(error, TooBusy) else _plain(str(error), 400)
        except (RequestDataTooBig, UnreadablePostError):
            return _plain("the message is too large", 413)
        except UnableToReadSettings:
            logger.exception("A gateway of text messages is not set up rightly")
            return _again()
        except DatabaseError as error:
            logger.warning("A text message could not be taken now: %s", type(error).__name__)
            return _again()

    return wrapped


def _plain(sentence: str, status: int) -> HttpResponse:
    return HttpResponse(sentence, status=status, content_type="text/plain; charset=utf-8")


def _again() -> HttpResponse:
    response = _plain("not now, send it again later", 503)
    response["Retry-After"] = str(_AGAIN_SECONDS)
    return response


# Kannel


@_for_machines
@require_POST
def kannel_message(request: HttpRequest) -> HttpResponse:
    """smsbox posts a message (`post-url`). The answer is empty: what we say to the sender goes out by sendsms."""
    own = _kannel()
    if not same(request.GET.get("secret", ""), own.secret):
        raise _Refused(403, "the secret is wrong: post-url needs secret=SAIME_SMS_KANNEL_SECRET")
    _require_host(request, own)
    coding = request.headers.get("X-Kannel-Coding", "")
    unreadable = kannel.why_unreadable(request.headers)
    charset = (request.content_params or {}).get("charset", "")
    text = "" if unreadable else kannel.text_of(request.body, charset, coding)
    operations.receive_message(
        gateway=Gateway.KANNEL, gateway_id=request.GET.get("id", ""), sender=request.headers.get("X-Kannel-From", ""),
        recipient=request.headers.get("X-Kannel-To", ""), text=text or "", now=timezone.now(),
        received_at=kannel.time_of(request.headers.get("X-Kannel-Time", "")),
        unreadable=unreadable or ("encoding" if text is None else ""),
        raw=request.body if unreadable or text is None else b"",
    )  # fmt: skip
    return HttpResponse(content_type="text/plain; charset=utf-8")


@_for_machines
@require_GET
def kannel_report(request: HttpRequest) -> HttpResponse:
    """smsbox calls the dlr-url of a message. Only who was given the address can: it is signed."""
    own = _kannel()
    token = request.GET.get("token", "")
    if not same(request.GET.get("signature", ""), token_signature(own.secret, token)):
        raise _Refused(403, "the signature is wrong")
    _require_host(request, own)
    if report := kannel.report_of(request.GET.get("type", "")):
        operations.record_report(
            gateway=Gateway.KANNEL, report=report, token=_token(token), now=timezone.now(),
            reported_at=kannel.moment_of(request.GET.get("at", "")), code=request.GET.get("answer", ""),
        )  # fmt: skip
    return HttpResponse(content_type="text/plain; charset=utf-8")


def _kannel() -> KannelConfig:
    own = config.kannel()
    if own is None:
        raise _Refused(404, "Kannel is not set up here: SAIME_SMS_KANNEL_SECRET is missing")
    return own


def _require_host(request: HttpRequest, own: KannelConfig) -> None:
    if own.hosts and request.META.get("REMOTE_ADDR", "") not in own.hosts:
        raise _Refused(403, "this address is not among SAIME_SMS_KANNEL_HOSTS")


def _token(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError as error:
        raise _Refused(400, "the id of a message is expected") from error


# Hosted gateways


@_for_machines
@require_POST
def webhook_message(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    _verified(request, now)
    try:
        message = webhook.message_of(request.body)
    except webhook.UnableToRead as error:
        raise _Refused(400, str(error)) from error
    received = operations.receive_message(
        gateway=Gateway.WEBHOOK, gateway_id=message.message_id, sender=message.sender, recipient=message.recipient,
        text=message.text, raw=message.raw, unreadable="binary" if message.raw else "",
        received_at=message.received_at, now=now,
    )  # fmt: skip
    return JsonResponse({"id": message.message_id[:80], "outcome": received.outcome, "new": received.is_new})


@_for_machines
@require_POST
def webhook_report(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    _verified(request, now)
    try:
        report = webhook.report_of(request.body)
    except webhook.UnableToRead as error:
        raise _Refused(400, str(error)) from error
    known = operations.record_report(
        gateway=Gateway.WEBHOOK, report=report.status, token=_token(report.token), now=now,
        reported_at=report.reported_at, code=report.code,
    )  # fmt: skip
    if not known:
        raise _Refused(404, "there is no message with this id")
    return JsonResponse({"id": report.token})


def _verified(request: HttpRequest, now: datetime) -> WebhookConfig:
    own = config.webhook()
    if own is None:
        raise _Refused(404, "no hosted gateway is set up here: SAIME_SMS_WEBHOOK_SECRET is missing")
    try:
        verify(
            secrets=own.secrets, timestamp=request.headers.get("X-Saime-Timestamp", ""),
            signature=request.headers.get("X-Saime-Signature", ""), body=request.body, now=now,
        )  # fmt: skip
    except UnableToVerify as error:
        raise _Refused(403, str(error)) from error
    return own
