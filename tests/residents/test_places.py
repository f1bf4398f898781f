"""The unit stands behind the house's number, wherever that is in the address."""

from __future__ import annotations

import pytest

from saime.residents.contracts import with_unit


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("Ūdens iela 12", "Ūdens iela 12-34"),
        ("Ūdens iela 12, Rīga", "Ūdens iela 12-34, Rīga"),
        ("Demo māja 1, Paraugu iela 1, Rīga", "Demo māja 1, Paraugu iela 1-34, Rīga"),
        ("Ūdens iela 12 k-2, Rīga, LV-1007", "Ūdens iela 12 k-2-34, Rīga, LV-1007"),
        ("Mežmalas", "Mežmalas-34"),
    ],
)
def test_the_unit_stands_behind_the_number_of_the_house(address: str, place: str) -> None:
    assert with_unit(address, "34") == place
