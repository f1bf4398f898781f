"""Migrations say what the models say, are named, and follow one another in a single line in each app."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import Any

import django


def problems() -> Iterator[str]:
    from django.apps import apps
    from django.db.migrations.autodetector import MigrationAutodetector
    from django.db.migrations.loader import MigrationLoader
    from django.db.migrations.state import ProjectState
    from django.utils import translation

    translation.deactivate_all()  # field names are compared as they stand in the code
    loader = MigrationLoader(None)
    ours = {app.label for app in apps.get_app_configs() if app.name.startswith("saime.")}
    changes = MigrationAutodetector(loader.project_state(), ProjectState.from_apps(apps)).changes(
        loader.graph
    )
    for label in sorted(ours & changes.keys()):
        operations = [
            operation.describe() for migration in changes[label] for operation in migration.operations
        ]
        yield f"{label}: the models have changed, a migration is missing: {'; '.join(operations)}"
    for label in sorted(ours):
        yield from unlinear(label, loader.graph)


def unlinear(label: str, graph: Any) -> Iterator[str]:
    leaves = graph.leaf_nodes(label)
    if len(leaves) > 1:
        yield f"{label}: more than one last migration: {', '.join(name for _, name in leaves)}"
    for node in graph.nodes:
        if node[0] != label:
            continue
        parents = [parent.key for parent in graph.node_map[node].parents if parent.key[0] == label]
        if len(parents) > 1:
            yield f"{label}: {node[1]} merges two lines; order them instead"
        if "_auto_" in node[1]:
            yield f"{label}: {node[1]} has no name that says what it does"


def main() -> int:
    os.environ["DJANGO_SETTINGS_MODULE"] = "saime.config.settings.test"
    django.setup()
    found = list(problems())
    print("\n".join(found) or "migrations: complete and linear")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
