"""A terminal that is enrolled, and somebody with a bill."""

from __future__ import annotations

import pytest
from tests.channels.terminal.hall import Visitor, make_terminal, make_visitor

from saime.channels.terminal.contracts import KnownTerminal


@pytest.fixture
def visitor(db: None) -> Visitor:
    return make_visitor()


@pytest.fixture
def enrolled(db: None) -> tuple[KnownTerminal, str]:
    return make_terminal()


@pytest.fixture
def terminal(enrolled: tuple[KnownTerminal, str]) -> KnownTerminal:
    return enrolled[0]


@pytest.fixture
def key(enrolled: tuple[KnownTerminal, str]) -> str:
    return enrolled[1]
