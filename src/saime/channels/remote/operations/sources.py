"""Sources: who delivers."""

from __future__ import annotations

import re
from datetime import datetime

from django.db import IntegrityError, transaction

from saime.channels.remote.models import Source

_CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


class UnableToAddSource(Exception):
    """The text says what to give instead."""


def add_source(*, code: str, name: str, now: datetime) -> int:
    """Make a source known. The same code with the same name again changes nothing. Its id."""
    if not _CODE.fullmatch(code):
        raise UnableToAddSource(
            "a code is made of small letters, digits and hyphens, at most 40: radio-north"
        )
    if not name.strip() or len(name) > 120:
        raise UnableToAddSource("a source has a name of at most 120 characters")
    try:
        with transaction.atomic():
            return Source.objects.create(code=code, name=name.strip(), created_at=now).pk
    except IntegrityError as error:
        known = Source.objects.get(code=code)
        if known.name != name.strip():
            raise UnableToAddSource(f"the code {code} stands for {known.name} already") from error
        return known.pk
