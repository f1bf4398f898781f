"""Bank statements: read, checked against their schema, and told in words of ours. Pure; nothing is booked here."""

from saime.payments.statements.contracts import Entry, References, Statement, Transaction
from saime.payments.statements.errors import UnableToReadStatement
from saime.payments.statements.reading import read_statements

__all__ = ["Entry", "References", "Statement", "Transaction", "UnableToReadStatement", "read_statements"]
