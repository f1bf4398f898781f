"""The same for the kiosk page and for machines that others build: JSON, a key, clear errors.

The guide (docs/channels/terminal.md) describes every call.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.http.request import RawPostDataException, UnreadablePostError
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from saime.channels.terminal import wire
from saime.channels.terminal.contracts import KnownTerminal
from saime.channels.terminal.operations import (
    TooManyTries,
    UnableToEnrol,
    UnableToLookUp,
    WrongTooOften,
    look_up,
    note_sign,
    redeem_code,
    take_entries,
)
from saime.channels.terminal.views import device
from saime.residents import tries

LARGEST_BODY = 256 * 1024
# Ten people a minute, every one of them with several meters, and a queue of a day in a few minutes.
CALLS_A_MINUTE = 240
_LATER = "60"

Said = dict[str, Any]
Reply = Said | JsonResponse
Work = Callable[[HttpRequest, KnownTerminal, Said], Reply]
View = Callable[[HttpRequest], JsonResponse]


def problem(status: int, code: str, message: str, *, retry_after: str = "") -> JsonResponse:
    headers = {"Retry-After": retry_after} if retry_after else None
    return JsonResponse({"error": code, "message": message}, status=status, headers=headers)


class _Problem(Exception):
    def __init__(self, response: JsonResponse) -> None:
        super().__init__(response.status_code)
        self.response = response


def _said(request: HttpRequest) -> Said:
    """The body as an object. Its size is looked at before it is read."""
    if request.method != "POST":
        raise _Problem(problem(405, "wrong_method", "Use POST."))
    if request.content_type != "application/json":
        raise _Problem(problem(415, "wrong_type", "Send the body as application/json."))
    try:
        length = int(request.headers.get("Content-Length") or 0)
        body = b"" if length > LARGEST_BODY else request.read(LARGEST_BODY + 1)
    except (ValueError, UnreadablePostError, RawPostDataException) as error:
        raise _Problem(problem(400, "unreadable", "The body could not be read.")) from error
    if length > LARGEST_BODY or len(body) > LARGEST_BODY:
        raise _Problem(
            problem(413, "too_large", f"At most {LARGEST_BODY} bytes; send fewer entries at a time.")
        )
    try:
        return wire.parsed(body)
    except wire.UnableToRead as error:
        raise _Problem(problem(400, "not_json", str(error))) from error


def _from_terminal(work: Work) -> View:
    """A call that needs a terminal's key: it is counted, its body read, and answered in the language it asks for."""

    @csrf_exempt  # the cookie is SameSite=Strict, and no form can send application/json
    @never_cache
    @wraps(work)
    def view(request: HttpRequest) -> JsonResponse:
        try:
            terminal = _known(request)
            said = _said(request)
            with translation.override(language_of(request, said)):
                reply = work(request, terminal, said)
        except _Problem as error:
            return error.response
        except wire.UnableToRead as error:
            return problem(400, "not_understood", str(error))
        return reply if isinstance(reply, JsonResponse) else JsonResponse(reply)

    return view


def _known(request: HttpRequest) -> KnownTerminal:
    terminal = device.calling(request)
    if terminal is None:
        raise _Problem(
            problem(401, "unknown_key", "The key is unknown or was revoked. Enrol the terminal again.")
        )
    minute = timedelta(minutes=1)
    if not tries.count_try(
        what="terminal-call",
        of=str(terminal.terminal_id),
        limit=CALLS_A_MINUTE,
        within=minute,
        now=timezone.now(),
    ):
        raise _Problem(problem(429, "too_often", "Too many calls in a minute. Wait.", retry_after=_LATER))
    return terminal


def language_of(request: HttpRequest, said: Said) -> str:
    wanted = said.get("language")
    if wanted in wire.LANGUAGES:
        return str(wanted)
    return translation.get_language_from_request(request)


@_from_terminal
def health(request: HttpRequest, terminal: KnownTerminal, said: Said) -> Reply:
    """A sign of life: our time back, so that the device can see how far its clock is off."""
    now = timezone.now()
    difference = note_sign(terminal=terminal, sign=wire.sign(said), now=now)
    response = JsonResponse(wire.health(terminal, now, difference))
    if device.COOKIE in request.COOKIES:
        device.remember(response, request.COOKIES[device.COOKIE])
    return response


@_from_terminal
def lookup(_request: HttpRequest, terminal: KnownTerminal, said: Said) -> Reply:
    """A bill's meters and when readings are taken; nobody's name."""
    proof = wire.proof(said)
    try:
        return wire.visit(look_up(terminal=terminal, proof=proof, now=timezone.now()))
    except UnableToLookUp:
        return problem(
            404, "unknown_bill", wire.refusal("unknown_bill" if not proof.code else "unknown_code")
        )
    except WrongTooOften:
        return problem(429, "wrong_too_often", wire.refusal("wrong_too_often"), retry_after="900")


@_from_terminal
def entries(_request: HttpRequest, terminal: KnownTerminal, said: Said) -> Reply:
    """A batch of readings, each answered on its own, in order."""
    made = wire.entries(said)
    now = timezone.now()
    answers = take_entries(terminal=terminal, entries=made, sign=wire.sign(said), now=now)
    return {"now": now.isoformat(), "answers": [wire.answer(became) for became in answers]}


@csrf_exempt
@never_cache
def enrol(request: HttpRequest) -> JsonResponse:
    """A machine's key for the code that staff read out to it."""
    try:
        code = _said(request).get("code")
        enrolled = redeem_code(
            code=code if isinstance(code, str) else "", address=address_of(request), now=timezone.now()
        )
    except _Problem as error:
        return error.response
    except TooManyTries:
        return problem(429, "too_many_tries", "Too many wrong codes. Wait 15 minutes.", retry_after="900")
    except UnableToEnrol:
        return problem(403, "wrong_code", "The code is wrong, used or older than a day. Ask for a new one.")
    return JsonResponse(
        {"key": enrolled.key, "terminal": enrolled.terminal.name, "place": enrolled.terminal.place}
    )


def address_of(request: HttpRequest) -> str:
    from allauth.account.adapter import get_adapter

    return str(get_adapter(request).get_client_ip(request))
