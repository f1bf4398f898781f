"""Paper forms for meter readings: where everything is on a sheet, and what its code says. Pure, no database.

It is here, below metering, because two print it that may not know each other: the paper channel its forms, billing the
tear-off part of a bill. `saime.channels.paper.sheet` is the same under the name by which the paper channel reads it.
"""

from saime.platform.sheets.geometry import (
    MARKER_DICTIONARY,
    BoxPlace,
    FieldPlace,
    MarkerPlace,
    Point,
    Rect,
    Sheet,
    SheetKind,
    kind_of_marker,
    most_meters,
    sheet_of,
)
from saime.platform.sheets.payload import (
    Payload,
    SheetMeter,
    UnableToReadCode,
    decode,
    encode,
    split_into_sheets,
)

__all__ = [
    "MARKER_DICTIONARY",
    "BoxPlace",
    "FieldPlace",
    "MarkerPlace",
    "Payload",
    "Point",
    "Rect",
    "Sheet",
    "SheetKind",
    "SheetMeter",
    "UnableToReadCode",
    "decode",
    "encode",
    "kind_of_marker",
    "most_meters",
    "sheet_of",
    "split_into_sheets",
]
