"""The bill's small pictures as SVG: the payment code, the stacked bar, the months of a meter.

A drawing costs the layout a tenth of the same thing made of table cells; what it says is also in words beside it
(its alternative text).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import zxingcpp

_INK, _QUIET, _FAINT = "#1d2421", "#5b635e", "#d9d6cf"
_DARK = re.compile(rb"\0+")


@dataclass(frozen=True, kw_only=True)
class MonthBar:
    """A month of the chart: its short name, its figure as text, its height in per mille of the tallest."""

    month: str
    value: str
    height: int
    estimated: bool
    now: bool


def qr_svg(payload: str) -> str:
    """The QR code of a payload: one path, a unit a module, no quiet zone (the layout leaves it).

    Error correction M, as EPC069-12 asks; the payload goes in as plain bytes, its third element names the charset.
    """
    code = zxingcpp.create_barcode(payload.encode(), zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    image: Any = code.to_image(scale=1, add_quiet_zones=False)
    modules = memoryview(image)  # rows of bytes, 0 is dark
    size = len(modules)
    path = _dark_runs(modules.tobytes(), size)
    return _svg(size, size, f'<path d="{path}"/>')


def _dark_runs(modules: bytes, size: int) -> str:
    """The dark runs of each row as rectangles, a hair taller than the row so that no seam shows between rows."""
    back = [f"h{wide}v1.02h-{wide}z" for wide in range(size + 1)]
    return "".join(
        f"M{run.start()} {y}{back[len(run[0])]}"
        for y in range(size)
        for run in _DARK.finditer(modules[y * size : (y + 1) * size])
    )


def bar_svg(parts: Sequence[tuple[str, int]]) -> str:
    """A bar of 178 × 4.6 mm in (ink, share) parts; shares are cents of any sum, positive."""
    whole, gap, left, drawn = sum(share for _, share in parts), 0.5, 0.0, []
    room = 178 - gap * (len(parts) - 1)
    for ink, share in parts:
        wide = room * share / whole
        drawn.append(f'<rect x="{left:.2f}" width="{wide:.2f}" height="4.6" fill="{ink}"/>')
        left += wide + gap
    clip = '<clipPath id="r"><rect width="178" height="4.6" rx="1.2"/></clipPath>'
    return _svg(178, 4.6, f'{clip}<g clip-path="url(#r)">{"".join(drawn)}</g>')


def months_svg(bars: Sequence[MonthBar], *, ink: str) -> str:
    """Up to 12 months, 85 × 16 mm: figures above bars, actual solid, estimated hatched, this month in bold."""
    hatch = (
        f'<pattern id="h" width="1" height="1" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        f'<rect width="1" height="1" fill="#fff"/><rect width=".38" height="1" fill="{ink}"/></pattern>'
    )
    line = f'<path d="M0 13h85" stroke="{_FAINT}" stroke-width=".2"/>'
    step = 85 / max(len(bars), 6)  # a short history keeps its columns slim
    drawn = "".join(_month(bar, step * (place + 0.5), step, ink) for place, bar in enumerate(bars))
    return _svg(85, 16, f'{hatch}{line}<g font-family="Inter" text-anchor="middle">{drawn}</g>')


def _month(bar: MonthBar, middle: float, step: float, ink: str) -> str:
    high, wide = max(0.3, bar.height * 9.6 / 1000), step * 0.7
    look = f'fill="url(#h)" stroke="{ink}" stroke-width=".18"' if bar.estimated else f'fill="{ink}"'
    figure = f'font-weight="600" fill="{_INK}"' if bar.now else f'fill="{_QUIET}"'
    return (
        f'<rect x="{middle - wide / 2:.2f}" y="{13 - high:.2f}" width="{wide:.2f}" height="{high:.2f}" {look}/>'
        f'<text x="{middle:.2f}" y="{12.3 - high:.2f}" font-size="2" {figure}>{bar.value}</text>'
        f'<text x="{middle:.2f}" y="15.5" font-size="2" fill="{_QUIET}">{bar.month}</text>'
    )


def _svg(width: float, height: float, body: str) -> str:
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}">{body}</svg>'
