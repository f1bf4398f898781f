"""Who the house manager is, as its bills must name it: SAIME_COMPANY_… of the installation's settings.

Nothing set gives an invented company, so that a demo's bill is whole and nobody can take it for a real one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_DEMO = {
    "NAME": "SIA „Demo nami”",
    "REGISTRATION_NO": "40003000006",
    "VAT_NO": "LV40003000006",
    # bank : IBAN : BIC, several apart by ; – the first is the one in the payment code.
    "ACCOUNTS": "Swedbank:LV44HABA0551000000001:HABALV22;SEB banka:LV25UNLA0050000000002:UNLALV2X",
    "ADDRESS": "Parauga iela 1, Rīga, LV-1001",
    "PHONE": "+371 20000000",
    "EMAIL": "klienti@demonami.example",
    "WEB": "saime.example",
    "OFFICE_HOURS": "P.–Pk. 8.30–17.00",
}
_OPTIONAL = ("VAT_NO", "PHONE", "EMAIL", "WEB", "OFFICE_HOURS")


class UnableToReadCompany(ValueError):
    """A SAIME_COMPANY_… setting is missing or not usable. The text says which and what is expected."""


def company(env: Mapping[str, str]) -> dict[str, Any]:
    """The company by keys in lower case; `accounts` is a list of (bank, IBAN without spaces, BIC)."""
    given = {name: env.get(f"SAIME_COMPANY_{name}", "") for name in _DEMO}
    if any(given.values()):
        missing = [
            f"SAIME_COMPANY_{name}" for name, value in given.items() if not value and name not in _OPTIONAL
        ]
        if missing:
            raise UnableToReadCompany(
                f"A bill has to name the company in full. Set {', '.join(missing)} as well."
            )
    else:
        given = _DEMO
    values: dict[str, Any] = {name.lower(): value.strip() for name, value in given.items()}
    return values | {"accounts": [_account(text) for text in given["ACCOUNTS"].split(";") if text.strip()]}


def _account(text: str) -> tuple[str, str, str]:
    parts = [part.strip() for part in text.split(":")]
    if not 2 <= len(parts) <= 3 or not all(parts[:2]):
        raise UnableToReadCompany(
            f"SAIME_COMPANY_ACCOUNTS: {text.strip()!r} is not BANK:IBAN or BANK:IBAN:BIC; several are set apart by ;"
        )
    bank, iban, bic = [*parts, ""][:3]
    return bank, iban.replace(" ", "").upper(), bic
