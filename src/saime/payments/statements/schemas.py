"""The schemas that statements are held against: those of the package, and those an installation adds."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

from lxml import etree

from saime.payments.statements.errors import UnableToReadStatement
from saime.payments.statements.xml import namespace

OURS = Path(__file__).parent / "schemas"
_MESSAGE = re.compile(r"urn:iso:std:iso:20022:tech:xsd:(camt\.05[34]\.001\.\d{2})")


def message_of(root: Any) -> str | None:
    """ "camt.053.001.08" where the root says that it is one of those."""
    found = _MESSAGE.fullmatch(namespace(root))
    return found[1] if found else None


def check(root: Any, message: str, folders: Iterable[Path] = ()) -> None:
    """UnableToReadStatement where the schema is not there, or does not hold; names the first place that is wrong."""
    schema = _schema(_file(message, folders))
    if not schema.validate(root):
        first = schema.error_log[0]
        raise UnableToReadStatement(
            f"this is not {message} as its schema says: {_plain(first.message)}", line=first.line
        )


def _file(message: str, folders: Iterable[Path]) -> Path:
    for folder in (OURS, *folders):
        if (file := folder / f"{message}.xsd").is_file():
            return file
    raise UnableToReadStatement(
        f"{message} is not known here. Get its schema {message}.xsd from iso20022.org and put it into the folder "
        "xsd of the installation, or ask the bank for version .001.02 or .001.08"
    )


@lru_cache(maxsize=8)
def _schema(file: Path) -> Any:
    try:
        return etree.XMLSchema(etree.parse(file, etree.XMLParser(no_network=True)))
    except etree.LxmlError as error:
        raise UnableToReadStatement(f"the schema {file.name} cannot be used: {error}") from None


def _plain(message: str) -> str:
    """Without the namespaces, which nobody reads."""
    return re.sub(r"\{[^}]*\}", "", message)
