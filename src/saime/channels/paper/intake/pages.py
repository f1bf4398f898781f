"""The pages of a file as pictures, one at a time: a scan of 500 pages takes no more memory than one of two.

Whatever a file claims about itself is held against a bound before anything is unpacked: pages, pixels of a page, pixels
of the pictures on it. A scan at 300 dpi of A3 has 18 million pixels; what is far beyond is no scan of a form.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from saime.channels.paper.contracts import PDF
from saime.channels.paper.intake.kinds import HEAD, content_type_of

Picture = NDArray[np.uint8]  # (height, width) grey, or (height, width, 3) blue, green, red; 0 is black

MOST_PAGES = 2000
MOST_PIXELS = 60_000_000  # of a page as it comes
LONGEST_SIDE = 3600  # pixels of a page as it is read: A4 at 300 dpi has 3508
_LEAST_SIDE = 200
_SHARPNESS = 200 / 72  # pixels a point: PDF pages are drawn at 200 dpi


class UnableToOpenFile(Exception):
    """The file is none whose pages can be read. `reason` is the code of a sentence."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class UnableToReadPage(Exception):
    """This page cannot be made a picture; others may. `reason` is the code of a sentence."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Pages(Protocol):
    """An open file. Pages are numbered from 0."""

    def __len__(self) -> int: ...
    def picture(self, index: int) -> Picture: ...


@contextmanager
def open_pages(path: Path) -> Iterator[Pages]:
    """The file's pages. UnableToOpenFile: not_a_scan, empty, encrypted, broken, no_pages, too_many_pages."""
    with path.open("rb") as stream:
        kind = content_type_of(stream.read(HEAD))
    if not kind:
        raise UnableToOpenFile("not_a_scan" if path.stat().st_size else "empty")
    with (_pdf if kind == PDF else _images)(path) as pages:
        if len(pages) == 0:
            raise UnableToOpenFile("no_pages")
        if len(pages) > MOST_PAGES:
            raise UnableToOpenFile("too_many_pages")
        yield pages


# PDF


@contextmanager
def _pdf(path: Path) -> Iterator[Pages]:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        raise UnableToOpenFile(_why(error)) from error
    try:
        yield _PdfPages(document)
    finally:
        document.close()


def _why(error: Any) -> str:
    from pypdfium2 import raw

    locked = (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY)
    return "encrypted" if error.err_code in locked else "broken"


class _PdfPages:
    def __init__(self, document: Any) -> None:
        self.document = document
        self.length = len(document)

    def __len__(self) -> int:
        return self.length

    def picture(self, index: int) -> Picture:
        import pypdfium2

        try:
            page = self.document[index]
        except pypdfium2.PdfiumError as error:
            raise UnableToReadPage("broken_page") from error
        try:
            return self._drawn(page)
        except (pypdfium2.PdfiumError, MemoryError) as error:
            raise UnableToReadPage("broken_page") from error
        finally:
            page.close()

    def _drawn(self, page: Any) -> Picture:
        _require_bounded(page)
        width, height = page.get_size()
        scale = min(_SHARPNESS, LONGEST_SIDE / max(width, height, 1.0))
        if min(width, height) * scale < _LEAST_SIDE:
            raise UnableToReadPage("too_small")
        bitmap = page.render(scale=scale, may_draw_forms=False, draw_annots=False)
        try:
            # Copied: the bitmap's memory goes with the bitmap.
            return np.array(bitmap.to_numpy()[:, :, :3], np.uint8)
        finally:
            bitmap.close()


def _require_bounded(page: Any) -> None:
    """No picture on the page unpacks to more than a page may have."""
    from pypdfium2 import raw

    for item in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE]):
        width, height = item.get_px_size()
        if width * height > MOST_PIXELS:
            raise UnableToReadPage("too_large")


# TIFF, JPEG, PNG


@contextmanager
def _images(path: Path) -> Iterator[Pages]:
    with _no_warnings(), _opened(path) as image:
        yield _ImagePages(image)


def _opened(path: Path) -> Any:
    from PIL import Image, UnidentifiedImageError

    try:
        return Image.open(path, formats=["TIFF", "JPEG", "PNG"])
    except Image.DecompressionBombError as error:
        raise UnableToOpenFile("too_large") from error
    except (UnidentifiedImageError, OSError, EOFError, SyntaxError, ValueError, KeyError, TypeError) as error:
        raise UnableToOpenFile("broken") from error


@contextmanager
def _no_warnings() -> Iterator[None]:
    """What Pillow warns of is either refused here or does not matter."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


class _ImagePages:
    def __init__(self, image: Any) -> None:
        self.image = image
        self.length = self._counted()

    def _counted(self) -> int:
        """Pages that the file has; one whose chain of pages is broken off has those before the break."""
        try:
            return int(getattr(self.image, "n_frames", 1)) if self.image.format == "TIFF" else 1
        except (OSError, EOFError, SyntaxError, ValueError, KeyError, TypeError):
            return 1

    def __len__(self) -> int:
        return self.length

    def picture(self, index: int) -> Picture:
        from PIL import Image

        try:
            self.image.seek(index)
            return self._unpacked()
        except Image.DecompressionBombError as error:
            raise UnableToReadPage("too_large") from error
        except (OSError, EOFError, SyntaxError, ValueError, KeyError, TypeError, MemoryError) as error:
            raise UnableToReadPage("broken_page") from error

    def _unpacked(self) -> Picture:
        width, height = self.image.size
        if width * height > MOST_PIXELS:
            raise UnableToReadPage("too_large")
        if min(width, height) < _LEAST_SIDE:
            raise UnableToReadPage("too_small")
        if self.image.format == "JPEG":
            # The decoder leaves out what is scaled away anyhow: a photo of 48 megapixels costs as much as a scan.
            self.image.draft(None, (LONGEST_SIDE, LONGEST_SIDE))
        return shrunk(_as_array(self.image))


def _as_array(image: Any) -> Picture:
    """Transparent is white: scanners' software leaves the paper out."""
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        from PIL import Image

        image = image.convert("RGBA")
        paper = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(paper, image)
    if image.mode.startswith("I;16") or image.mode in ("I", "F"):
        return _stretched(np.asarray(image))
    if image.mode in ("1", "L"):
        return np.array(image.convert("L"), np.uint8)
    return np.array(np.asarray(image.convert("RGB"))[:, :, ::-1], np.uint8)


def _stretched(deep: NDArray[Any]) -> Picture:
    """16 bits a pixel and more: the whole range the picture uses becomes 8 bits."""
    low, high = (float(v) for v in (deep.min(), deep.max()))
    scaled = (deep.astype(np.float32) - low) * (255.0 / max(high - low, 1.0))
    return scaled.astype(np.uint8)


def shrunk(picture: Picture, longest: int = LONGEST_SIDE) -> Picture:
    """The picture no longer than `longest` pixels; smaller ones stay as they are."""
    factor = longest / max(picture.shape[:2])
    if factor >= 1:
        return picture
    size = (max(1, round(picture.shape[1] * factor)), max(1, round(picture.shape[0] * factor)))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)
