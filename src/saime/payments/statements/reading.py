"""A bank's file, whatever it is, as statements."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from saime.payments.statements import camt, fidavista, schemas
from saime.payments.statements.contracts import Statement
from saime.payments.statements.errors import UnableToReadStatement
from saime.payments.statements.xml import name, parsed


def read_statements(content: bytes, *, schema_folders: Iterable[Path] = ()) -> list[Statement]:
    """The statements of a camt.053, camt.054 or FiDAViSta file; what it is, its content says.

    UnableToReadStatement: nothing of the file is to be booked. Whether a statement adds up is its own to say.
    `schema_folders`: where schemas of further camt versions lie, as camt.053.001.10.xsd.
    """
    root = parsed(content)
    if (message := schemas.message_of(root)) is not None:
        schemas.check(root, message, schema_folders)
        found = list(camt.statements(root))
    elif name(root).upper() == "FIDAVISTA":
        found = list(fidavista.statements(root))
    else:
        raise UnableToReadStatement(
            f"<{name(root)}> is not a bank statement that is known here: camt.053, camt.054 or FiDAViSta"
        )
    if not found:
        raise UnableToReadStatement("there is no statement in the file")
    return found
