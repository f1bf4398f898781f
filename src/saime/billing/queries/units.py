"""The words for what a line counts, and what its quantity stands on."""

from __future__ import annotations

# Stored unit of a line → Latvian, Russian, English.
_WORDS: dict[str, tuple[str, str, str]] = {
    "m2": ("m²", "m²", "m²"),
    "m3": ("m³", "m³", "m³"),
    "MWh": ("MWh", "МВт·ч", "MWh"),
    "person": ("pers.", "чел.", "pers."),
    "unit": ("dz.", "кв.", "apt"),
    "month": ("mēn.", "мес.", "month"),
    "share": ("daļa", "доля", "share"),
}
_POSITION = {"lv": 0, "ru": 1, "en": 2}
# What a quantity stands on where nothing was measured.
_BY_KEY = {
    "m2": "m2", "person": "person", "unit": "unit", "fixed": "fixed", "share": "share",
    "m3_difference_cold": "share", "m3_difference_hot": "share",
    "m3_cold": "actual", "m3_hot": "actual", "m3_total": "actual",
}  # fmt: skip


def unit_word(unit: str, language: str) -> str:
    """A line's unit as it is written in the language."""
    words = _WORDS.get(unit)
    return unit if words is None else words[_POSITION[language]]


def basis_of(basis: str, key: str) -> str:
    """The line's own basis, or the one its service's key implies."""
    return basis or _BY_KEY[key]
