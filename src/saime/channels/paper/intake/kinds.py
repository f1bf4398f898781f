"""What a file is, by its first bytes; its name says nothing."""

from __future__ import annotations

from saime.channels.paper.contracts import JPEG, PDF, PNG, TIFF

HEAD = 1024  # bytes that are enough to tell
_BEGINNINGS = {
    b"\xff\xd8\xff": JPEG,
    b"\x89PNG\r\n\x1a\n": PNG,
    b"II*\x00": TIFF,
    b"MM\x00*": TIFF,
    b"II+\x00": TIFF,  # BigTIFF
    b"MM\x00+": TIFF,
}


def content_type_of(head: bytes) -> str:
    """The kind of file that begins so; empty for any that is not read here.

    A PDF may have other bytes before its header: readers look for it in the first 1024 (ISO 32000-1, appendix H).
    """
    for beginning, kind in _BEGINNINGS.items():
        if head.startswith(beginning):
            return kind
    return PDF if b"%PDF-" in head[:HEAD] else ""


EXTENSIONS = {PDF: ".pdf", TIFF: ".tif", JPEG: ".jpg", PNG: ".png", "": ".bin"}
