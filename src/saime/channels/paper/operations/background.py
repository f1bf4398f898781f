"""The thread that reads what was uploaded, in a process that serves pages; none where a watch reads anyway."""

from __future__ import annotations

import logging
import threading

from django.conf import settings
from django.db import close_old_connections, connections
from django.utils import timezone

from saime.channels.paper.operations.pipeline import read_waiting
from saime.channels.paper.reading.readers import Readers

logger = logging.getLogger(__name__)
_started = threading.Lock()
_wanted = threading.Event()
_thread: threading.Thread | None = None


def read_soon() -> None:
    """Files wait: start this process's reader, or let it look again."""
    if not settings.SAIME_PAPER_THREAD:
        return
    global _thread  # noqa: PLW0603 (one reader a process)
    with _started:
        _wanted.set()
        if _thread is None:
            _thread = threading.Thread(target=_run, name="saime-paper", daemon=True)
            _thread.start()


def _run() -> None:
    while _is_wanted():
        try:
            close_old_connections()
            with Readers() as readers:
                for done in read_waiting(readers=readers, clock=timezone.now):
                    logger.info("Scan %s: %s, %s pages", done.file_id, done.state, done.pages)
        except Exception:
            logger.exception("Scans could not be read; they will be with the next ones")
        finally:
            connections.close_all()


def _is_wanted() -> bool:
    """Whether to look (again). Whoever asks after a no starts a thread anew: nobody's file is forgotten in between."""
    global _thread  # noqa: PLW0603
    with _started:
        if not _wanted.is_set():
            _thread = None
            return False
        _wanted.clear()
        return True
