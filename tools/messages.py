"""The words of the interface: taken out of the code, translated in catalogues, checked, compiled.

    .venv/bin/python tools/messages.py update [APP…]    put new msgids into the catalogues, drop those no longer used
    .venv/bin/python tools/messages.py check [APP…]     say what is missing or wrong; exit status 1 if anything is
    .venv/bin/python tools/messages.py compile [APP…]   write the .mo files (never committed; `make setup` does it)
    .venv/bin/python tools/messages.py extract [APP…]   print the msgids found in the code

APP is an app's folder below src/saime ("metering", "web/portal"); without one: all. An app is a folder with apps.py,
and a msgid belongs to the nearest app above its file: src/saime/APP/locale/{lv,ru}/LC_MESSAGES/django.po. English is
the msgid. Catalogues are sorted and carry no line numbers and no dates, so that two people's changes seldom meet.
"""

from __future__ import annotations

import argparse
import io
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract

Found = Mapping[Path, Catalog]
Key = tuple[str | None, str]
Spec = tuple[int | tuple[int, str], ...] | None

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "saime"
# The plural forms of each language as gettext's own documentation gives them.
PLURALS = {
    "lv": "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n != 0 ? 1 : 2);",
    "ru": "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2);",
}
KEYWORDS: Mapping[str, Spec] = {
    "_": None, "gettext": None, "gettext_lazy": None, "gettext_noop": None, "N_": None,
    "ngettext": (1, 2), "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3), "npgettext_lazy": ((1, "c"), 2, 3),
}  # fmt: skip
HEADER = r"""msgid ""
msgstr ""
"Language: {language}\n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=UTF-8\n"
"Content-Transfer-Encoding: 8bit\n"
"Plural-Forms: {plurals}\n"

"""
# Names of languages in the settings: Django's own catalogues have them.
OUTSIDE_APPS = (PACKAGE / "config",)
_NAMED = re.compile(r"%\((\w+)\)[sd]|(?<![{%])\{(\w+)[^{}]*\}")
_UNNAMED = re.compile(r"(?<!%)(?:%%)*%([sd])")
_TAG = re.compile(r"</?\w+")

# What is in the code


def apps() -> list[Path]:
    return sorted(file.parent for file in PACKAGE.rglob("apps.py"))


def app_of(file: Path) -> Path | None:
    """The nearest app above a file."""
    return next((folder for folder in file.parents if (folder / "apps.py").exists()), None)


def sources() -> Iterator[Path]:
    """Every file that may hold words: Python but migrations, and our templates."""
    for file in sorted(PACKAGE.rglob("*")):
        parts = file.relative_to(PACKAGE).parts
        is_python = file.suffix == ".py" and "migrations" not in parts
        if is_python or (file.is_file() and "jinja2" in parts):
            yield file


def words(file: Path) -> Iterator[tuple[str | None, str | tuple[str, str], list[str]]]:
    """(context, msgid or pair of msgids, comments for translators) of each marked text of a file."""
    for function, found, comments in marked(file):
        texts = found if isinstance(found, tuple) else (found,)
        context, ids = parts(KEYWORDS.get(function), texts)
        if ids:
            yield context, (ids[0] if len(ids) == 1 else (ids[0], ids[1])), comments


def marked(file: Path) -> Iterator[tuple[str, Any, list[str]]]:
    data = io.BytesIO(file.read_bytes())
    comment_tags = ["Translators:"]
    if file.suffix == ".py":
        rows: Iterable[Any] = extract_python(data, dict.fromkeys(KEYWORDS), comment_tags, {})
    else:
        options = {"extensions": "jinja2.ext.i18n", "trim_blocks": "1", "lstrip_blocks": "1", "silent": "0"}
        rows = babel_extract(data, list(KEYWORDS), comment_tags, options)
    return ((function, found, comments) for _line, function, found, comments, *_ in rows)


def parts(spec: Spec, texts: tuple[str | None, ...]) -> tuple[str | None, list[str]]:
    """Context and msgids of a call, as its keyword says. Nothing where an argument is no literal."""
    context, wanted = None, []
    for item in spec or (1,):
        position = item if isinstance(item, int) else item[0]
        text = texts[position - 1] if position <= len(texts) else None
        if text is None:
            return None, []
        if isinstance(item, int):
            wanted.append(text)
        else:
            context = text
    return context, wanted


def add_words(catalog: Catalog, file: Path) -> None:
    # One place is named for each file, without a line: lines move.
    place = [(str(file.relative_to(ROOT)), 0)]
    for context, text, comments in words(file):
        catalog.add(text, context=context, locations=place, auto_comments=comments)


def extracted() -> dict[Path, Catalog]:
    """What the code says, a catalogue for each app."""
    found = {app: Catalog() for app in apps()}
    for file in sources():
        app = app_of(file)
        if app is not None:
            add_words(found[app], file)
        elif not any(folder in file.parents for folder in OUTSIDE_APPS) and any(True for _ in words(file)):
            raise SystemExit(
                f"{file.relative_to(ROOT)}: words to translate, but no app (a folder with apps.py) above it"
            )
    return found


# Catalogues on disk


def path_of(app: Path, language: str) -> Path:
    return app / "locale" / language / "LC_MESSAGES" / "django.po"


def read(app: Path, language: str) -> Catalog:
    file = path_of(app, language)
    if not file.exists():
        return Catalog(locale=language)
    with file.open("rb") as stream:
        return read_po(stream, locale=language)


def messages(catalog: Catalog) -> list[Message]:
    return [message for message in catalog if message.id]


def key_of(message: Message) -> Key:
    return message.context, message.id if isinstance(message.id, str) else message.id[0]


def write(app: Path, language: str, catalog: Catalog) -> None:
    file = path_of(app, language)
    file.parent.mkdir(parents=True, exist_ok=True)
    body = io.BytesIO()
    write_po(
        body,
        catalog,
        omit_header=True,
        ignore_obsolete=True,
        include_previous=False,
        sort_output=True,
        width=110,
        include_lineno=False,
    )
    text = (
        HEADER.format(language=language, plurals=PLURALS[language]) + body.getvalue().decode().strip() + "\n"
    )
    if not file.exists() or file.read_text() != text:
        file.write_text(text)


# Commands


def extract(found: Found) -> int:
    for app, catalog in found.items():
        for message in messages(catalog):
            print(f"{name_of(app)}: {message.id!r}")
    return 0


def update(found: Found) -> int:
    for language in PLURALS:
        memory = {
            key_of(m): m for app in apps() for m in messages(read(app, language)) if is_complete(m, language)
        }
        for app, template in found.items():
            if messages(template) or path_of(app, language).exists():
                write(app, language, merged(template, read(app, language), memory, language))
        untranslated = sum(
            not is_complete(m, language) for app in found for m in messages(read(app, language))
        )
        print(f"{language}: {untranslated} to translate" if untranslated else f"{language}: complete")
    return 0


def merged(template: Catalog, old: Catalog, memory: Mapping[Key, Message], language: str) -> Catalog:
    """The template's msgids with the translations of the old catalogue, or of any other app's for the same msgid."""
    new = Catalog(locale=language)
    new.mime_headers = [("Plural-Forms", PLURALS[language])]
    for message in messages(template):
        own = old.get(message.id, context=message.context)
        known = own if own is not None and any(strings(own)) else memory.get(key_of(message))
        same_kind = known is not None and isinstance(known.id, str) == isinstance(message.id, str)
        new.add(
            message.id, known.string if known is not None and same_kind else "", context=message.context,
            locations=message.locations, auto_comments=message.auto_comments,
            flags=known.flags if known is not None else (), user_comments=own.user_comments if own else (),
        )  # fmt: skip
    return new


def compile_all(found: Found) -> int:
    for app in found:
        for language in PLURALS:
            if path_of(app, language).exists():
                with path_of(app, language).with_suffix(".mo").open("wb") as stream:
                    write_mo(stream, read(app, language))
    return 0


def check(found: Found) -> int:
    problems = [problem for language in PLURALS for problem in problems_of(found, language)]
    print(
        "\n".join(problems)
        or f"messages: {sum(len(messages(c)) for c in found.values())}, complete in lv and ru"
    )
    if problems:
        print(
            f"{len(problems)} problems. `python tools/messages.py update` puts new msgids into the catalogues."
        )
    return 1 if problems else 0


def problems_of(found: Found, language: str) -> Iterator[str]:
    for app, template in found.items():
        if messages(template) or path_of(app, language).exists():
            yield from (
                f"{name_of(app)} {language}: {text}" for text in app_problems(app, template, language)
            )
    yield from contradictions(language)


def app_problems(app: Path, template: Catalog, language: str) -> Iterator[str]:
    file = path_of(app, language)
    if not file.exists():
        yield "no catalogue"
        return
    if f"Plural-Forms: {PLURALS[language]}" not in file.read_text().replace('"\n"', ""):
        yield f"the plural forms are not {PLURALS[language]}"
    catalog = read(app, language)
    used = {key_of(message): message for message in messages(template)}
    there = {key_of(message): message for message in messages(catalog)}
    yield from (f"missing: {key[1]!r}" for key in used.keys() - there.keys())
    yield from (f"no longer used: {key[1]!r}" for key in there.keys() - used.keys())
    for key in sorted(used.keys() & there.keys(), key=str):
        fault = fault_of(used[key], there[key], language)
        if fault:
            yield f"{fault}: {key[1]!r}"


def fault_of(used: Message, there: Message, language: str) -> str:
    if isinstance(used.id, str) != isinstance(there.id, str):
        return "plural in one place, not in the other"
    if there.fuzzy:
        return "fuzzy"
    if not is_complete(there, language):
        return "not translated"
    wanted = used.id if isinstance(used.id, str) else used.id[-1]
    for text in strings(there):
        if placeholders(text) != placeholders(wanted):
            return f"placeholders differ in {text!r}"
        if Counter(_TAG.findall(text)) != Counter(_TAG.findall(wanted)):
            return f"tags differ in {text!r}"
    return ""


def contradictions(language: str) -> Iterator[str]:
    """Django lays all catalogues over each other: one msgid has one translation, whoever asks."""
    first: dict[Key, tuple[str, tuple[str, ...]]] = {}
    for app in apps():
        for message in messages(read(app, language)):
            name, texts = first.setdefault(key_of(message), (name_of(app), strings(message)))
            if all(texts) and all(strings(message)) and texts != strings(message):
                yield f"{name_of(app)} {language}: {key_of(message)[1]!r} is otherwise in {name} (use pgettext)"


def strings(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


def is_complete(message: Message, language: str) -> bool:
    texts = strings(message)
    wanted = 1 if isinstance(message.id, str) else int(PLURALS[language][len("nplurals=")])
    return len(texts) == wanted and all(texts)


def placeholders(text: str) -> tuple[list[str], Counter[str]]:
    named = sorted({first or second for first, second in _NAMED.findall(text)})
    return named, Counter(_UNNAMED.findall(text))


def name_of(app: Path) -> str:
    return str(app.relative_to(PACKAGE))


def chosen(names: Iterable[str], found: Found) -> Found:
    wanted = {PACKAGE / name.strip("/") for name in names}
    unknown = wanted - found.keys()
    if unknown:
        raise SystemExit(
            f"no app: {', '.join(map(name_of, unknown))}. There are: {', '.join(map(name_of, found))}"
        )
    return {app: catalog for app, catalog in found.items() if not wanted or app in wanted}


COMMANDS: Mapping[str, Callable[[Found], int]] = {
    "extract": extract, "update": update, "compile": compile_all, "check": check,
}  # fmt: skip


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("command", choices=COMMANDS)
    parser.add_argument("app", nargs="*")
    options = parser.parse_args(arguments)
    # Compiling needs no look at the code, and is done at every start of the demo.
    found = dict.fromkeys(apps(), Catalog()) if options.command == "compile" else extracted()
    return COMMANDS[options.command](chosen(options.app, found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
