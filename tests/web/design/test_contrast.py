"""The contrasts that tokens.css promises, computed as WCAG 2.2 does, in both themes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from saime.web import design

CSS = Path(design.__file__).parent / "static/saime/css"
TOKENS = (CSS / "tokens.css").read_text()
_BLOCKS = {
    "light": r":root \{\s*color-scheme: light;(.*?)\n  \}",
    "dark": r':root\[data-theme="dark"\] \{\s*color-scheme: dark;(.*?)\n    \}',
    "dark by device": r':root:not\(\[data-theme="light"\]\) \{\s*color-scheme: dark;(.*?)\n    \}',
}


def colours(theme: str) -> dict[str, str]:
    block = re.search(_BLOCKS[theme], TOKENS, re.DOTALL)
    assert block
    return dict(re.findall(r"(--[\w-]+):\s*(#[0-9a-f]{6});", block[1]))


def luminance(colour: str) -> float:
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


PAIRS = re.findall(r"@pair (--[\w-]+) (--[\w-]+) ([\d.]+)", TOKENS)


def test_contrast_of_known_colours() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("text", "background", "least"), PAIRS)
def test_pair_keeps_its_promise(theme: str, text: str, background: str, least: str) -> None:
    tokens = colours(theme)
    found = contrast(tokens[text], tokens[background])
    assert found >= float(least), f"{theme}: {text} on {background} is {found:.2f}, promised {least}"


def test_text_promises_4_5_and_figures_7() -> None:
    promised = {(text, background): float(least) for text, background, least in PAIRS}
    graphic = {"--edge", "--focus", "--chart-1", "--chart-2", "--chart-3", "--chart-4", "--chart-line"}
    assert all(least >= 4.5 for (text, _), least in promised.items() if text not in graphic)
    for figure in ("--ink", "--action", "--danger"):
        assert promised[figure, "--paper"] >= 7
        assert promised[figure, "--surface"] >= 7


def test_dark_is_the_same_by_choice_and_by_device() -> None:
    assert colours("dark") == colours("dark by device")


def test_light_and_dark_have_the_same_names() -> None:
    assert colours("light").keys() == colours("dark").keys()


def test_sheets_use_names_not_colours() -> None:
    """Black and white stand only where forced colours and paper ask for them, and behind a popover."""
    for sheet in CSS.glob("*.css"):
        if sheet.name == "tokens.css":
            continue
        rules = re.sub(r"@media \((?:forced-colors.*)", "", sheet.read_text(), flags=re.DOTALL)
        assert not re.findall(r"#[0-9a-fA-F]{3,8}\b(?!\")", rules), sheet.name


def test_every_name_used_is_declared() -> None:
    declared = set(re.findall(r"(--[\w-]+):", TOKENS))
    by_script = {"--digit", "--pitch", "--spacing", "--comma", "--width", "--shift", "--drum-height"}
    for sheet in CSS.glob("*.css"):
        used = set(re.findall(r"var\((--[\w-]+)", sheet.read_text()))
        assert used <= declared | by_script, sheet.name
