"""Sentences about files are told apart in English, as the command says them."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def _english() -> Iterable[None]:
    with translation.override("en"):
        yield
