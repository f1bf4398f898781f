"""What the demo company charges for: services, tariffs of about the level of Riga, suppliers' invoices, decisions."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from saime.interchange.demo.estate import Estate
from saime.interchange.demo.texts import fixed
from saime.platform.periods import Period

# service, names (lv, ru, en), key, pricing
_SERVICES = [
    ("management", "Apsaimniekošana", "Обслуживание дома", "House management", "m2", "tariff"),
    ("savings", "Uzkrājums remontam", "Накопления на ремонт", "Savings fund", "m2", "tariff"),
    ("heating", "Apkure", "Отопление", "Heating", "m2", "supplier_invoice"),
    ("hot_water_heating", "Ūdens uzsildīšana", "Подогрев воды", "Hot water heating", "m3_hot", "tariff"),
    ("circulation", "Karstā ūdens cirkulācija", "Циркуляция горячей воды", "Hot water circulation", "unit", "tariff"),
    ("cold_water", "Aukstais ūdens", "Холодная вода", "Cold water", "m3_cold", "tariff"),
    ("hot_water", "Karstais ūdens", "Горячая вода", "Hot water", "m3_hot", "tariff"),
    ("sewage", "Kanalizācija", "Канализация", "Sewage", "m3_total", "tariff"),
    ("difference_cold", "Aukstā ūdens starpība", "Разница холодной воды", "Cold water difference",
     "m3_difference_cold", "tariff"),
    ("difference_hot", "Karstā ūdens starpība", "Разница горячей воды", "Hot water difference",
     "m3_difference_hot", "tariff"),
    ("waste", "Atkritumu izvešana", "Вывоз мусора", "Waste", "person", "tariff"),
    ("electricity", "Koplietošanas elektrība", "Общее электричество", "Common electricity", "unit", "supplier_invoice"),
    ("insurance", "Mājas apdrošināšana", "Страхование дома", "House insurance", "fixed", "tariff"),
]  # fmt: skip

# service, price (None: shared out from an invoice), VAT, and what it was until the middle of the history
_TARIFFS = [
    ("management", "0.620000", "21", "0.580000"),
    ("savings", "0.250000", "0", None),
    ("heating", None, "12", None),
    ("hot_water_heating", "5.775000", "12", "5.475000"),  # 0.075 MWh a m³
    ("circulation", "7.700000", "12", "7.300000"),  # 0.1 MWh
    ("cold_water", "1.130000", "21", "1.060000"),
    ("hot_water", "1.130000", "21", "1.060000"),
    ("sewage", "1.410000", "21", "1.290000"),
    ("difference_cold", "2.540000", "21", "2.350000"),
    ("difference_hot", "2.540000", "21", "2.350000"),
    ("waste", "3.640000", "21", None),
    ("electricity", None, "21", None),
    ("insurance", "0.850000", "0", None),
]

# Heat of a month, cents a m²; the season runs from October to April.
_HEAT = {10: 62, 11: 124, 12: 168, 1: 196, 2: 183, 3: 131, 4: 58}
_POLICIES = [
    ("bill_due_days", "20", "Demo: rēķins jāapmaksā 20 dienu laikā"),
    ("window_portal", "1-last", "Demo: portālā rādījumus var nodot visu mēnesi"),
]


def services() -> pl.DataFrame:
    columns = ["service", "name_lv", "name_ru", "name_en", "key", "pricing"]
    return pl.DataFrame(_SERVICES, schema=columns, orient="row")


def tariffs(months: list[Period]) -> pl.DataFrame:
    """The company's tariffs, some of which changed in the middle of the history, and a house's own."""
    begin, change = date(months[0].year - 2, 1, 1), months[len(months) // 2].first_day
    rows: list[tuple[str, str | None, str | None, str, date, date | None]] = []
    for service, price, vat, before in _TARIFFS:
        if before is not None:
            rows.append((service, None, before, vat, begin, (months[len(months) // 2] - 1).last_day))
        rows.append((service, None, price, vat, begin if before is None else change, None))
    rows += [("management", f"D{house:04d}", "0.690000", "21", change, None) for house in (3, 8)]
    columns = {"service": pl.String, "building_no": pl.String, "price": pl.String, "vat_rate": pl.String,
               "valid_from": pl.Date, "valid_to": pl.Date}  # fmt: skip
    return pl.DataFrame(rows, schema=columns, orient="row")


def decisions(months: list[Period]) -> pl.DataFrame:
    rows: list[tuple[str, str | None, str, date, str]] = [
        (name, None, value, date(months[0].year - 2, 1, 1), decision) for name, value, decision in _POLICIES
    ]
    rows.append(
        ("difference_524", "D0003", "m2", months[0].first_day, "Demo: kopības lēmums, dala pēc platības")
    )
    columns = {"policy": pl.String, "building_no": pl.String, "value": pl.String, "valid_from": pl.Date,
               "decision": pl.String}  # fmt: skip
    return pl.DataFrame(rows, schema=columns, orient="row")


def supplier_invoices(estate: Estate, months: list[Period], *, seed: int) -> pl.DataFrame:
    """Heat by season and common electricity for each house and month; net, in euros with two decimals."""
    random = np.random.default_rng([seed, 4])
    area = _areas(estate)
    flats = np.bincount(estate.building)
    houses = estate.buildings["building_no"]
    frames = []
    for month in months:
        heat = area * _HEAT.get(month.month, 0) * random.integers(85, 116, len(area)) // 10_000
        light = flats * random.integers(90, 141, len(area))
        frames += [
            pl.DataFrame({"building_no": houses, "service": service, "period": str(month), "cents": cents})
            for service, cents in (("heating", heat), ("electricity", light))
        ]
    return (
        pl.concat(frames)
        .filter(pl.col("cents") > 0)
        .select("building_no", "service", "period", net_amount=fixed("cents", 2))
    )


def _areas(estate: Estate) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Hundredths of m² of each house."""
    now = estate.accounts.filter(pl.col("to_date").is_null())
    hundredths = now["area_m2"].str.replace(".", "", literal=True).cast(pl.Int64).to_numpy()
    return np.bincount(estate.building, weights=hundredths).astype(np.int64)
