"""A kiosk that is enrolled, and somebody with a bill before it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from tests.channels.terminal.hall import NOW, Visitor, make_terminal, make_visitor
from tests.e2e.conftest import NewContext, cookie
from tests.e2e.terminal.kiosk import PORTRAIT, Kiosk


@pytest.fixture(autouse=True)
def now() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=True) as traveller:
        yield traveller


@pytest.fixture
def visitor(transactional_db: None) -> Visitor:
    return make_visitor()


@pytest.fixture
def make_kiosk(new_context: NewContext) -> Iterator[Any]:
    made = []

    def make(key: str = "", viewport: dict[str, int] = PORTRAIT, **options: Any) -> Kiosk:
        context = new_context(viewport=viewport, reduced_motion="reduce", **options)
        page = context.new_page()
        page.clock.install(time=NOW)
        if key:
            context.add_cookies([cookie("saime_terminal", key) | {"path": "/terminal/"}])
        made.append(Kiosk(page))
        return made[-1]

    yield make
    assert [kiosk.surprises for kiosk in made if kiosk.surprises] == []


@pytest.fixture
def kiosk(make_kiosk: Any) -> Kiosk:
    return make_kiosk(make_terminal()[1]).open()
