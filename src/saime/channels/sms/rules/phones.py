"""Phone numbers as gateways write them, as E.164."""

from __future__ import annotations

import phonenumbers

_HOME = "LV"
_SHORTEST = 7  # what is shorter is a service's short number: it is never answered


def e164(written: str) -> str:
    """+371… for a person's number in any form; "" for short numbers, names and nonsense."""
    text = written.strip()[:40]
    if text.startswith("00"):
        text = "+" + text[2:]
    digits = "".join(letter for letter in text if letter.isdigit())
    if len(digits) < _SHORTEST or any(letter.isalpha() for letter in text):
        return ""
    for form in (text, "+" + digits):
        if number := _parsed(form):
            return number
    return ""


def _parsed(text: str) -> str:
    try:
        number = phonenumbers.parse(text, _HOME)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def as_kept(number: str) -> list[str]:
    """The forms in which an account's phone may stand: files bring E.164, people also type what is on a card."""
    national = number.removeprefix("+371")
    return [number, number.removeprefix("+"), national] if number.startswith("+371") else [number, number[1:]]
