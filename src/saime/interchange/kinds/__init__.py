"""What can be imported: one module a kind, each with its columns, its checks and the operation it hands its rows to."""

from __future__ import annotations

import importlib

from saime.interchange.kinds.base import Context, Importer

KINDS = {
    "buildings": "buildings",
    "accounts": "accounts",
    "meters": "meters",
    "readings": "readings",
    "services": "services",
    "tariffs": "tariffs",
    "supplier-invoices": "supplier_invoices",
    "policies": "policies",
    "payments": "payments",
}


def importer(kind: str, context: Context) -> Importer:
    """The importer of a kind, ready for one file."""
    module = importlib.import_module(f"saime.interchange.kinds.{KINDS[kind]}")
    made: Importer = module.importer(context)
    return made
