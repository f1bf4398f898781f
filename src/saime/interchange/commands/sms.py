"""saime sms: send what waits, hold the connection to an SMS centre, run Kannel, show how the channel is."""

from __future__ import annotations

import signal
import sys
import threading
from argparse import Namespace
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime

from saime.interchange.cli import FAILED, WrongUsage
from saime.interchange.commands.session import open_installation, say


def sms(arguments: Namespace) -> int:
    from saime.channels.sms.gateways.config import UnableToReadSettings

    open_installation()
    steps = {"send": _send, "smpp": _smpp, "kannel": _kannel, "status": _status}
    try:
        return steps[arguments.step](arguments)
    except UnableToReadSettings as error:
        raise WrongUsage(str(error)) from error


def _send(_arguments: Namespace) -> int:
    """Until Ctrl-C or SIGTERM; the message that is under way is finished."""
    from saime.channels.sms import sender
    from saime.channels.sms.gateways import config

    by_hook = config.webhook()
    if config.kannel() is None and not (by_hook and by_hook.url):
        raise WrongUsage("no gateway is set up: set SAIME_SMS_KANNEL_SECRET or SAIME_SMS_WEBHOOK_URL")
    return _until_stopped(sender.run, "sends text messages")


def _smpp(_arguments: Namespace) -> int:
    from saime.channels.sms.gateways import config
    from saime.channels.sms.gateways.smpp.service import Service

    own = config.smpp()
    if own is None:
        raise WrongUsage("no SMS centre is set up: set SAIME_SMS_SMPP_HOST, …_SYSTEM_ID and …_PASSWORD")
    return _until_stopped(Service(own).run, f"is at {own.host}:{own.port}")


def _kannel(arguments: Namespace) -> int:
    from saime.channels.sms.gateways import config, kannel_boxes

    own = config.kannel()
    if own is None:
        raise WrongUsage("set SAIME_SMS_KANNEL_SECRET first; docs/channels/sms.md says what else")
    try:
        boxes = kannel_boxes.start(own, arguments.config, arguments.dir or kannel_boxes.default_folder())
    except kannel_boxes.UnableToStartKannel as error:
        print(f"saime sms kannel: {error}", file=sys.stderr)
        return FAILED
    with boxes:
        try:
            return _until_stopped(boxes.watch, "runs Kannel")
        except kannel_boxes.UnableToStartKannel as error:
            print(f"saime sms kannel: {error}", file=sys.stderr)
            return FAILED


def _status(_arguments: Namespace) -> int:
    from saime.channels.sms.queries import health

    found = asdict(health(now=datetime.now(UTC)))
    say({name: value.isoformat() if isinstance(value, datetime) else value for name, value in found.items()})
    return 0


def _until_stopped(run: Callable[..., None], what: str) -> int:
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_args: stopped.set())
    print(f"Saime {what} (Ctrl-C stops it).", file=sys.stderr, flush=True)
    run(lambda: not stopped.is_set(), rest=stopped)
    return 0
