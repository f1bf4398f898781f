"""UBL 2.1 elements, written in the order of the schema."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from lxml import etree

_UBL = "urn:oasis:names:specification:ubl:schema:xsd"
_AGGREGATE, _BASIC = f"{_UBL}:CommonAggregateComponents-2", f"{_UBL}:CommonBasicComponents-2"


class Node:
    """An element under which others are put: `within` for one that holds others, `put` for one with a text."""

    def __init__(self, element: Any) -> None:
        self._element = element

    @classmethod
    def root(cls, kind: str) -> Node:
        """An empty Invoice or CreditNote."""
        space = f"{_UBL}:{kind}-2"
        return cls(etree.Element(f"{{{space}}}{kind}", nsmap={None: space, "cac": _AGGREGATE, "cbc": _BASIC}))

    def within(self, *names: str) -> Node:
        """The innermost of new elements, each inside the one before."""
        element = self._element
        for name in names:
            element = etree.SubElement(element, f"{{{_AGGREGATE}}}{name}")
        return Node(element)

    def put(self, name: str, text: object, **attributes: str) -> Node:
        """Nothing is written where there is nothing to say."""
        if text not in ("", None):
            child = etree.SubElement(self._element, f"{{{_BASIC}}}{name}", attributes)
            child.text = str(text)
        return self

    def money(self, name: str, cents: int) -> Node:
        return self.put(name, euros(cents), currencyID="EUR")

    def written(self) -> bytes:
        xml: bytes = etree.tostring(self._element, xml_declaration=True, encoding="UTF-8", pretty_print=True)
        return xml


def euros(cents: int) -> str:
    return f"{Decimal(cents).scaleb(-2):.2f}"


def plain(value: Decimal) -> str:
    """Without exponent and without zeros at the end."""
    text = f"{value:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"
