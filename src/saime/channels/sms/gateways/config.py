"""What this installation was told of its gateways: SAIME_SMS_… (docs/channels/sms.md). None set, none works."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.conf import settings

_KANNEL_URL = "http://127.0.0.1:13013/cgi-bin/sendsms"
_CALLBACK = "http://127.0.0.1:8000"


class UnableToReadSettings(ValueError):
    """A SAIME_SMS_… setting is missing or not usable. The text says which, and what is expected."""


@dataclass(frozen=True, slots=True)
class KannelConfig:
    """`url` is Kannel's sendsms; `callback` is where it reaches us with reports; `hosts` empty: from anywhere."""

    secret: str = field(repr=False)
    url: str
    username: str
    password: str = field(repr=False)
    callback: str
    hosts: frozenset[str]
    sender: str


@dataclass(frozen=True, slots=True)
class WebhookConfig:
    """`secrets`: any of them signs what comes in, the first one what goes out. `url` empty: nothing goes out."""

    secrets: tuple[str, ...] = field(repr=False)
    url: str = ""
    sender: str = ""


@dataclass(frozen=True, slots=True)
class SmppConfig:
    host: str
    port: int
    system_id: str
    password: str = field(repr=False)
    system_type: str = ""
    sender: str = ""
    rate: int = 5  # messages a second that the operator allows
    window: int = 10  # parts under way at once
    default_alphabet: str = "gsm7"  # what data_coding 0 means there: gsm7 or latin1
    tls: bool = False


def kannel() -> KannelConfig | None:
    """None where no secret is set: then Kannel's addresses answer nobody."""
    env = _env()
    if not env.get("KANNEL_SECRET"):
        return None
    return KannelConfig(
        secret=_secret(env, "KANNEL_SECRET"), url=env.get("KANNEL_URL", _KANNEL_URL),
        username=env.get("KANNEL_USER", "saime"), password=env.get("KANNEL_PASSWORD", ""),
        callback=env.get("KANNEL_CALLBACK", _CALLBACK).rstrip("/"),
        hosts=frozenset(_words(env.get("KANNEL_HOSTS", ""))), sender=env.get("FROM", ""),
    )  # fmt: skip


def webhook() -> WebhookConfig | None:
    env = _env()
    secrets = tuple(_words(env.get("WEBHOOK_SECRET", "")))
    if not secrets:
        return None
    for secret in secrets:
        _require_long(secret, "WEBHOOK_SECRET")
    return WebhookConfig(secrets, env.get("WEBHOOK_URL", ""), env.get("FROM", ""))


def smpp() -> SmppConfig | None:
    env = _env()
    if not env.get("SMPP_HOST"):
        return None
    alphabet = env.get("SMPP_ALPHABET", "gsm7")
    if alphabet not in ("gsm7", "latin1"):
        raise UnableToReadSettings("SAIME_SMS_SMPP_ALPHABET: write gsm7 or latin1")
    return SmppConfig(
        host=env["SMPP_HOST"], port=_whole(env, "SMPP_PORT", 2775), system_id=env.get("SMPP_SYSTEM_ID", ""),
        password=env.get("SMPP_PASSWORD", ""), system_type=env.get("SMPP_SYSTEM_TYPE", ""), sender=env.get("FROM", ""),
        rate=_whole(env, "SMPP_RATE", 5), window=_whole(env, "SMPP_WINDOW", 10), default_alphabet=alphabet,
        tls=env.get("SMPP_TLS", "") == "1",
    )  # fmt: skip


def _env() -> Mapping[str, str]:
    found: Mapping[str, str] = settings.SMS
    return {name.removeprefix("SAIME_SMS_"): value for name, value in found.items()}


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


_SHORTEST_SECRET = 16


def _secret(env: Mapping[str, str], name: str) -> str:
    _require_long(env[name], name)
    return env[name]


def _require_long(secret: str, name: str) -> None:
    if len(secret) < _SHORTEST_SECRET:
        raise UnableToReadSettings(
            f"SAIME_SMS_{name}: at least {_SHORTEST_SECRET} letters, from a random generator"
        )


def _whole(env: Mapping[str, str], name: str, default: int) -> int:
    text = env.get(name, str(default))
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise UnableToReadSettings(f"SAIME_SMS_{name}: {text!r} is not a whole number of 1 or more")
    return int(text)
