"""Readings as one writes them: a comma in Latvian and Russian, a point in English."""

from __future__ import annotations

from django.utils.translation import get_language


def dial_text(plain: str) -> str:
    """A reading with a decimal point, written for the active language."""
    return plain if (get_language() or "lv").startswith("en") else plain.replace(".", ",")
