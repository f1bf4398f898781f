"""The saime command as an operator meets it: a directory of its own, its server started and stopped."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.interchange.conftest import BUILDINGS

from saime.platform.embedded import EmbeddedDatabase

SAIME = [sys.executable, "-m", "saime.interchange.cli"]


@pytest.fixture
def root() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="saime-"))
    made.chmod(0o755)  # the server may run as another user
    try:
        yield made
    finally:
        EmbeddedDatabase(made / "home").stop()
        shutil.rmtree(made, ignore_errors=True)


def run(root: Path, *words: str | Path) -> subprocess.CompletedProcess[str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE")
    }
    environment = kept | {"SAIME_DATA_DIR": str(root / "home")}
    command = [*SAIME, *map(str, words)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, cwd=root)


def test_an_installation_is_made_stopped_and_started_by_the_next_command(root: Path) -> None:
    lacking = run(root, "consumption", "--period", "2024-01")
    assert lacking.returncode == 2
    assert f"SAIME_DATA_DIR={root / 'home'} saime init" in lacking.stderr
    assert not (root / "home").exists()

    made = run(root, "init")
    assert made.returncode == 0, made.stderr
    assert json.loads(made.stdout)["created"] is True
    assert json.loads(run(root, "init").stdout)["created"] is False
    assert EmbeddedDatabase(root / "home").is_running()
    assert run(root, "stop").returncode == 0
    assert not EmbeddedDatabase(root / "home").is_running()
    assert run(root, "stop").returncode == 0

    (root / "buildings.csv").write_text(BUILDINGS, encoding="utf-8")
    taken = run(root, "import", "buildings", "buildings.csv")
    assert json.loads(taken.stdout)["created"] == 2, taken.stderr
    assert EmbeddedDatabase(root / "home").is_running()
    checked = run(root, "manage", "showmigrations", "--plan")
    assert checked.returncode == 0, checked.stderr
    assert "[ ]" not in checked.stdout
    # Nothing was written but the directory itself.
    assert sorted(path.name for path in root.iterdir()) == ["buildings.csv", "home"]


def test_a_newer_version_finds_an_older_schema_and_a_reader_that_leaves(root: Path) -> None:
    run(root, "init")
    undone = run(root, "manage", "migrate", "payments", "zero", "--verbosity", "0")
    assert undone.returncode == 0, undone.stderr
    again = run(root, "export", "balances")
    assert again.returncode == 0, again.stderr
    assert "[ ]" not in run(root, "manage", "showmigrations", "--plan").stdout

    reader, writer = os.pipe()
    os.close(reader)
    environment = os.environ | {"SAIME_DATA_DIR": str(root / "home")}
    command = [*SAIME, "export", "balances"]
    done = subprocess.run(
        command, env=environment, stdout=writer, stderr=subprocess.PIPE, text=True, check=False
    )
    os.close(writer)
    assert done.returncode == 1
    assert done.stderr == ""
