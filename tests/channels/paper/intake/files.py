"""Files as scanners make them, and as nobody should."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Picture = NDArray[np.uint8]


def page(grey: int = 250, *, size: tuple[int, int] = (1100, 800), mark: int = 0) -> Picture:
    """A page with nothing on it but, where asked, so many dark bars."""
    picture = np.full(size, grey, np.uint8)
    for bar in range(mark):
        picture[100 + 40 * bar : 120 + 40 * bar, 100:700] = 20
    return picture


def png(picture: Picture) -> bytes:
    return _saved([picture], "PNG")


def jpeg(picture: Picture, quality: int = 85) -> bytes:
    return _saved([picture], "JPEG", quality=quality)


def tiff(pages: Iterable[Picture], compression: str = "tiff_lzw") -> bytes:
    return _saved(list(pages), "TIFF", compression=compression)


def pdf(pages: Iterable[Picture], dpi: int = 200) -> bytes:
    return _saved(list(pages), "PDF", resolution=dpi)


def _saved(pictures: list[Picture], kind: str, **options: object) -> bytes:
    first, *more = [Image.fromarray(p if p.ndim == 2 else p[:, :, ::-1]) for p in pictures]
    stream = io.BytesIO()
    several = {"save_all": True, "append_images": more} if kind in ("TIFF", "PDF") else {}
    first.save(stream, kind, **several, **options)
    return stream.getvalue()


def png_bomb(side: int = 60_000) -> bytes:
    """A PNG of a few kilobytes that says it is, and unpacks to, 60,000 by 60,000 pixels of white."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    packer = zlib.compressobj(9)
    row = b"\0" + b"\xff" * (side // 8)
    packed = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def pdf_with_large_picture(side: int = 40_000) -> bytes:
    """A small PDF whose one page shows a picture of 1.6 thousand million pixels."""
    packed = zlib.compress(zlib.compress(b"\xff" * (side // 8) * side, 9), 9)
    image = (
        f"<< /Type /XObject /Subtype /Image /Width {side} /Height {side} /BitsPerComponent 1 "
        f"/ColorSpace /DeviceGray /Filter [/FlateDecode /FlateDecode] /Length {len(packed)} >>"
    )
    show = b"q 595 0 0 842 0 0 cm /I Do Q"
    return _objects(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /XObject << /I 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(show), show),
        image.encode() + b"\nstream\n" + packed + b"\nendstream",
    )


def empty_pdf(box: str = "0 0 595 842", pages: int = 1) -> bytes:
    """A PDF of blank pages of a size."""
    kids = " ".join(f"{n + 3} 0 R" for n in range(pages))
    page_ = f"<< /Type /Page /Parent 2 0 R /MediaBox [{box}] >>".encode()
    return _objects(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {pages} >>".encode(),
        *[page_] * pages,
    )


def encrypted_pdf() -> bytes:
    """A PDF that asks for a password: standard handler, revision 2, keys that no empty password opens."""
    key = "<" + "ab" * 32 + ">"
    encrypt = f"<< /Filter /Standard /V 1 /R 2 /O {key} /U {key} /P -4 >>".encode()
    return _objects(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
        encrypt,
        trailer=f"/Encrypt 4 0 R /ID [{'<' + '00' * 16 + '>'} {'<' + '00' * 16 + '>'}]",
    )


def _objects(*objects: bytes, trailer: str = "") -> bytes:
    data, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(data)
    data += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    data += b"".join(b"%010d 00000 n \n" % place for place in places)
    end = f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R {trailer} >>\nstartxref\n{table}\n%%EOF\n"
    return data + end.encode()
