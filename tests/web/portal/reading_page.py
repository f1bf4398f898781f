"""A page as somebody reads it: text without markup, links, fields."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser

from django.http import HttpResponse

_SKIPPED = {"script", "style", "svg", "title"}


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.depth = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.depth += tag in _SKIPPED

    def handle_endtag(self, tag: str) -> None:
        self.depth -= tag in _SKIPPED

    def handle_data(self, data: str) -> None:
        if not self.depth:
            self.words.append(data)


def words(response: HttpResponse) -> str:
    """What the page says, in one line; no-break spaces are spaces."""
    html = response.content.decode()
    parser = _Words()
    parser.feed(html[html.find("<main") :] if "<main" in html else html)
    return (
        re.sub(r"\s+", " ", " ".join(parser.words).replace("\u00a0", " "))
        .replace(" ,", ",")
        .replace(" .", ".")
    )


def field(response: HttpResponse, name: str) -> str:
    """The value of a field of the page's form."""
    tag = next(t for t in re.findall(r"<input[^>]*>", response.content.decode()) if f'name="{name}"' in t)
    found = re.search(r'value="([^"]*)"', tag)
    return unescape(found[1]) if found else ""


def links(response: HttpResponse) -> set[str]:
    return {unescape(link) for link in re.findall(r'href="([^"]+)"', response.content.decode())}
