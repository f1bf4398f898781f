"""Colours of figures: the groups of a bill and the media of its meters, told apart in grey as well."""

from saime.billing.document.contracts import LineGroup, Medium

GROUP_INKS: dict[LineGroup, str] = {
    "house": "#12513f",
    "water": "#2f86a6",
    "heat": "#d9902f",
    "waste": "#8a8f4f",
    "other": "#a39b8f",
}
MEDIUM_INKS: dict[Medium, str] = {
    "cold_water": "#2f86a6",
    "hot_water": "#c4622d",
    "heat": "#d9902f",
    "electricity": "#7a6aa8",
    "gas": "#8a8f4f",
}
