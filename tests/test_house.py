"""The rules of the house, kept by the tests themselves (CONTRIBUTING.md says why each is there)."""

from __future__ import annotations

import ast
import re
import statistics
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

ROOT = Path(__file__).resolve().parent.parent
SRC = ROOT / "src"
SAIME = SRC / "saime"
MOST_LINES = 450
# Apps, and interchange, which has doors to others but is nobody's neighbour.
FURTHER = ("interchange",)

# What else of an app others may import besides its operations, queries and contracts, and why.
DOORS = {
    "saime.estate": {
        "bulk": "operations and queries in columns, for files",
        "rules": "pure",
    },
    "saime.metering": {
        "bulk": "operations in columns, for files",
        "closing": "a run closes the month it has billed, in the same transaction",
        "desk": "queries for the reading desk",
        "entry": "what a reading may look like",
        "expectations": "queries for whoever makes out handwriting",
        "exports": "queries as files",
        "figure_text": "pure: how a reading is written",
        "figures": "the one function that m³ come from, in preview and bill",
        "meters": "operations and queries in columns, for files",
        "norms": "what a bill explains",
        "reasons": "sentences for the codes of contracts",
        "rules": "pure",
    },
    "saime.billing": {
        "ubl": "the bill as an electronic invoice",
        "bulk": "operations and queries in columns, for files",
        "document": "the bill as a document",
        "explain": "queries: why?",
        "references": "pure",
        "run": "contracts of a run",
    },
    "saime.payments": {
        "statements": "banks' files, read: pure",
    },
    "saime.residents": {
        "access": "who may see which page",
        "drafts": "forms that are not lost",
        "forms": "what the pages of logins ask",
        "joining": "somebody on the way to an account",
        "middleware": "names of the session's keys",
        "outbox": "the thread that sends mail, started with the server",
        "rules": "pure",
        "tries": "how often something may be tried, counted in the database",
    },
    "saime.channels.paper": {
        "deciding": "pure",
        "digits": "how well digits are read, without a database",
        "printing": "forms as documents",
        "reading": "what is on a scan, without a database",
        "reasons": "sentences for the codes of contracts",
    },
    "saime.channels.remote": {
        "reasons": "sentences for what is wrong with a value",
    },
    "saime.channels.sms": {
        "gateways": "the processes that hold a gateway, and their settings",
        "sender": "the process that sends",
    },
}
# Tables of another app, besides the foreign keys in models.py: rows locked or read where they are used.
TABLES_OF_OTHERS = {
    "saime.billing.run.chunks": {"saime.estate.models", "saime.metering.models"},
    "saime.billing.run.differences": {"saime.estate.models"},
    "saime.billing.run.issue": {"saime.metering.models"},
    "saime.channels.paper.operations.identifying": {"saime.estate.models"},
    "saime.channels.paper.queries.knowledge": {"saime.estate.models"},
    "saime.interchange.commands.printing": {"saime.residents.models"},
    "saime.interchange.commands.session": {"saime.estate.models"},
    "saime.residents.operations.connecting": {"saime.estate.models"},
    "saime.residents.operations.sharing": {"saime.estate.models"},
    "saime.residents.operations.staff_views": {"saime.estate.models"},
    "saime.web.portal.account.views.joining": {"saime.residents.models"},
    "saime.web.portal.account.views.staff": {"saime.estate.models", "saime.residents.models"},
}
# Rows that go with the person they belong to, or outlive them.
ON_DELETE = {
    "residents.Access.user": models.CASCADE,
    "residents.Access.granted_by": models.SET_NULL,
    "residents.Access.ended_by": models.SET_NULL,
    "residents.ConnectCode.used_by": models.SET_NULL,
    "residents.Invitation.invited_by": models.CASCADE,
    "residents.Invitation.accepted_by": models.SET_NULL,
}
# Where a float is no quantity and no money: places on a sheet, seconds of a clock, how far something is.
FLOATS = {
    "billing/document/drawing.py", "billing/document/sheet.py", "billing/document/text.py",
    "billing/run/alone.py", "metering/bulk.py",
}  # fmt: skip


def modules(folder: Path = SAIME) -> list[Path]:
    return sorted(file for file in folder.rglob("*.py") if "migrations" not in file.parts)


@cache
def tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"), str(file))


def name_of(file: Path) -> str:
    parts = file.relative_to(SRC).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def functions(file: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def place(file: Path, node: ast.AST | None = None) -> str:
    line = f":{node.lineno}" if node is not None and hasattr(node, "lineno") else ""
    return f"{file.relative_to(ROOT)}{line}"


# Size


@pytest.mark.parametrize("folder", ["src", "tests", "tools", "benchmarks"])
def test_a_module_that_grows_becomes_a_folder(folder: str) -> None:
    lengths = {place(file): len(file.read_text().splitlines()) for file in modules(ROOT / folder)}
    assert {name: length for name, length in lengths.items() if length > MOST_LINES} == {}


def test_functions_are_short() -> None:
    lengths = [(node.end_lineno or 0) - node.lineno + 1 for file in modules() for node in functions(file)]
    assert statistics.median(lengths) < 10


# Borders


@cache
def borders() -> tuple[str, ...]:
    found = [name_of(file.parent / "__init__.py") for file in SAIME.rglob("apps.py")]
    return (*found, *(f"saime.{name}" for name in FURTHER))


def app_of(module: str) -> str | None:
    return max((app for app in borders() if f"{module}.".startswith(f"{app}.")), key=len, default=None)


def imported(file: Path) -> Iterator[tuple[str, ast.AST]]:
    """Modules of ours that a file imports, `from package import module` resolved to the module."""
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                inner = SRC.joinpath(*node.module.split("."), alias.name)
                is_module = inner.is_dir() or inner.with_suffix(".py").exists()
                yield (f"{node.module}.{alias.name}" if is_module else node.module), node


def foreign(file: Path) -> Iterator[tuple[str, str, ast.AST]]:
    """(app, module, where) of what a file imports from other domain apps."""
    own = app_of(name_of(file))
    for module, node in imported(file):
        app = app_of(module)
        if app not in (None, own, "saime.platform", "saime.web.design"):
            yield str(app), module, node


def is_door(app: str, module: str) -> bool:
    room = module.removeprefix(f"{app}.").split(".")[0]
    return room in ("operations", "queries", "contracts") or room in DOORS.get(app, {})


def test_apps_meet_at_their_doors() -> None:
    trespasses = []
    for file in modules():
        allowed = TABLES_OF_OTHERS.get(name_of(file), set())
        for app, module, node in foreign(file):
            is_key = file.name == "models.py" and module == f"{app}.models"
            if not is_door(app, module) and not is_key and module not in allowed:
                trespasses.append(f"{place(file, node)}: {module}")
    assert trespasses == []


def test_no_door_stands_open_for_nobody() -> None:
    used = {
        (app, module.removeprefix(f"{app}.").split(".")[0])
        for file in modules()
        for app, module, _ in foreign(file)
    }
    assert [(app, door) for app, doors in DOORS.items() for door in doors if (app, door) not in used] == []
    tables = {
        (name_of(file), module)
        for file in modules()
        for app, module, _ in foreign(file)
        if module == f"{app}.models"
    }
    assert [
        (m, table) for m, of in TABLES_OF_OTHERS.items() for table in of if (m, table) not in tables
    ] == []


def test_migrations_import_nothing_of_ours_but_what_they_keep() -> None:
    allowed = ("saime.platform.fields", "saime.platform.immutable", "saime.platform.history")
    found = [
        f"{place(file, node)}: {module}"
        for file in SAIME.rglob("migrations/*.py")
        for module, node in imported(file)
        if module.startswith("saime.") and not module.startswith(allowed)
    ]
    assert found == []


# Django


def ours() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("saime.")]


def test_nothing_happens_behind_ones_back() -> None:
    found = []
    for file in modules():
        names = {module for module, _ in imported(file)}
        if any(name.startswith(("django.db.models.signals", "django.dispatch")) for name in names):
            found.append(f"{place(file)}: signals")
        if file.name == "models.py" or "models" in file.parts:
            found += [f"{place(file, f)}: {f.name}" for f in functions(file) if f.name in ("save", "delete")]
    assert found == []


def test_no_table_has_an_order_of_its_own() -> None:
    assert [model.__name__ for model in ours() if model._meta.ordering] == []


def test_nothing_is_deleted_with_something_else() -> None:
    found = {}
    for model in ours():
        if model.__name__.endswith("Event"):
            continue  # pghistory's: no constraint, the history outlives what it tells of
        for field in model._meta.get_fields():
            if isinstance(field, models.ForeignKey):
                name = f"{model._meta.app_label}.{model.__name__}.{field.name}"
                rule = field.remote_field.on_delete
                if rule is not ON_DELETE.get(name, models.PROTECT):
                    found[name] = rule.__name__
    assert found == {}


# Figures


@pytest.mark.parametrize("folder", ["metering", "billing", "ledger", "payments"])
def test_money_and_water_are_never_floats(folder: str) -> None:
    found = []
    for file in modules(SAIME / folder):
        if str(file.relative_to(SAIME)) in FLOATS:
            continue
        for node in ast.walk(tree(file)):
            if isinstance(node, ast.Constant) and isinstance(node.value, float):
                found.append(f"{place(file, node)}: {node.value}")
            if isinstance(node, ast.Name) and node.id == "float":
                found.append(f"{place(file, node)}: float")
            if isinstance(node, ast.Attribute) and re.fullmatch(r"float\d*|Float\d+", node.attr):
                found.append(f"{place(file, node)}: {node.attr}")
    assert found == []


# Templates


def templates() -> dict[str, Path]:
    return {
        str(file.relative_to(folder)): file
        for folder in sorted(SAIME.rglob("jinja2"))
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


@cache
def mentioned() -> set[str]:
    """Every quoted text in code and templates: a template in use is named in one of them."""
    files = [*modules(), *templates().values()]
    return {text for file in files for text in re.findall(r"""["']([\w./-]+)["']""", file.read_text())}


def test_every_template_is_used_and_every_used_one_is_there() -> None:
    there, used = set(templates()), mentioned()
    # allauth asks for its pages by names of its own; Django for the pages of errors.
    named_elsewhere = ("account/", "mfa/", "usersessions/", "allauth/", "socialaccount/", "4", "5", "admin/")
    assert sorted(t for t in there - used if not t.startswith(named_elsewhere)) == []
    asked = {text for text in used if text.endswith((".html", ".txt")) and "/" in text}
    assert sorted(asked - there - {text for text in asked if text.startswith(named_elsewhere)}) == []


_INLINE = re.compile(
    r"<style\b|<script(?![^>]*\bsrc=)|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:", re.IGNORECASE
)


def test_pages_need_no_inline_style_or_script() -> None:
    found = []
    for name, file in templates().items():
        text = re.sub(r"\{#.*?#\}", "", file.read_text(), flags=re.DOTALL)
        is_mail = "mail" in name  # mail programs know nothing else
        found += [f"{name}: {match[0]}" for match in _INLINE.finditer(text) if not is_mail]
    assert found == []


# Words


def texts() -> Iterator[Path]:
    endings = {".py", ".html", ".txt", ".md", ".toml", ".sh", ".css", ".js", ".typ", ".po", ".csv", ""}
    folders = ("src", "tests", "tools", "benchmarks", "docs", ".ci")
    for folder in folders:
        for file in sorted((ROOT / folder).rglob("*")):
            if file.is_file() and file.suffix in endings and "__pycache__" not in file.parts:
                yield file
    yield from (
        file
        for file in ROOT.iterdir()
        if file.is_file() and file.suffix in endings and file.name != "uv.lock"
    )


# Written apart, so that this file does not find itself.
_UNFINISHED = re.compile(
    "|".join(["TO" + "DO", "FIX" + "ME", "XX" + "X", r"pytest\.mark\.sk" + "ip", r"\bxf" + "ail"])
)
_SOMEBODYS_MACHINE = re.compile(
    "|".join(["/wo" + "rk/", "/ro" + "ot/", r"\.\./sha" + "red", "/ho" + "me/[a-z]"])
)


@pytest.mark.parametrize(
    "pattern", [_UNFINISHED, _SOMEBODYS_MACHINE], ids=["unfinished", "somebody's machine"]
)
def test_nothing_is_left_lying_about(pattern: re.Pattern[str]) -> None:
    found = [
        f"{place(file)}:{number}: {line.strip()[:100]}"
        for file in texts()
        for number, line in enumerate(file.read_text(encoding="utf-8", errors="replace").splitlines(), 1)
        if pattern.search(line)
    ]
    assert found == []


def test_every_word_is_there_in_every_language(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    messages = __import__("messages")
    assert messages.main(["check"]) == 0, capsys.readouterr().out


# Commands


_KINDS = {
    "import": ("buildings", "accounts", "meters", "readings", "services", "tariffs", "supplier-invoices", "policies",
               "payments"),
    "export": ("submissions", "consumption", "water-difference", "bills", "bill-lines", "balances", "ledger", "ubl"),
}  # fmt: skip


def test_the_command_knows_every_kind_and_step() -> None:
    from saime.interchange.cli import EXPORTS, KINDS, parser

    assert {"import": KINDS, "export": EXPORTS} == _KINDS
    parse = parser().parse_args
    for line in ("init", "stop", "consumption --period 2026-11", "bill-run --period 2026-11 --dry-run",
                 "bill-run --period 2026-11 --issue", "demo-data --accounts 180000"):  # fmt: skip
        assert parse(line.split()).command == line.split()[0]
    for kind in KINDS:
        assert parse(["import", kind, "file.csv", "--history", "--partial"]).kind == kind
    for kind in EXPORTS:
        assert parse(["export", kind, "--period", "2026-11", "--building", "B1"]).kind == kind


def test_the_guides_name_every_kind_and_policy() -> None:
    from saime.platform.policies import CATALOGUE

    files, staff = ((ROOT / "docs" / name).read_text() for name in ("integrator.md", "staff.md"))
    assert [kind for kinds in _KINDS.values() for kind in kinds if f"`{kind}`" not in files] == []
    assert [name for name in CATALOGUE if f"| `{name}` |" not in staff] == []


def test_links_between_the_guides_lead_somewhere() -> None:
    pages = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
    links = [
        (page, link) for page in pages for link in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text())
    ]
    assert [f"{place(page)}: {link}" for page, link in links if not (page.parent / link).exists()] == []
