"""Makes the web fonts from the upstream Inter variable font. Run by hand when Inter is upgraded:

    npm pack inter-ui && tar xzf inter-ui-*.tgz
    python tools/fonts.py package/variable/InterVariable.woff2

One file for Latin with every Latvian letter, one for Cyrillic: a Latvian or English page loads one
file, a Russian page two. Weight is cut to what the pages use (400 to 700); the optical size axis
stays for large figures.
"""

from __future__ import annotations

import argparse
from io import BytesIO
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

FONTS = Path(__file__).resolve().parent.parent / "src/saime/web/design/static/saime/fonts"
WEIGHTS = (400, 700)

# cv05: l with a tail, told apart from I and 1. ss03: round quotes and commas, a decimal comma one can see.
FEATURES = ["ccmp", "locl", "kern", "mark", "mkmk", "tnum", "case", "cv05", "ss03"]

LATIN = [
    (0x0020, 0x007E),
    (0x00A0, 0x00FF),
    (0x0100, 0x017F),
    (0x2009, 0x2009),
    (0x2010, 0x2015),
    (0x2018, 0x201E),
    (0x2022, 0x2022),
    (0x2026, 0x2026),
    (0x202F, 0x2030),
    (0x2039, 0x203A),
    (0x20AC, 0x20AC),
    (0x2190, 0x2193),
    (0x2212, 0x2212),
    (0x2248, 0x2248),
    (0x2264, 0x2265),
]
CYRILLIC = [(0x0400, 0x045F), (0x0490, 0x0491), (0x2116, 0x2116)]
SCRIPTS = {"inter-latin.woff2": LATIN, "inter-cyrillic.woff2": CYRILLIC}


def unicodes(ranges: list[tuple[int, int]]) -> list[int]:
    return [code for first, last in ranges for code in range(first, last + 1)]


def write_script(source: Path, target: Path, ranges: list[tuple[int, int]]) -> None:
    narrowed = BytesIO()  # the subsetter wants a font as read from a file, not as the instancer leaves it
    instancer.instantiateVariableFont(TTFont(source), {"wght": WEIGHTS}).save(narrowed)
    font = TTFont(narrowed)
    options = subset.Options(layout_features=FEATURES, flavor="woff2", notdef_outline=True, hinting=False)
    options.name_IDs = ["*"]  # copyright and licence stay inside the file
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=unicodes(ranges))
    subsetter.subset(font)
    subset.save_font(font, str(target), options)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("source", type=Path, help="InterVariable.woff2 of the inter-ui package")
    arguments = parser.parse_args()
    for name, ranges in SCRIPTS.items():
        write_script(arguments.source, FONTS / name, ranges)
        print(f"{name}: {(FONTS / name).stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
