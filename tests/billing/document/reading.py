"""Reading a PDF back: its text, its structure, its payment code."""

from typing import Any

import pypdfium2 as pdfium
import zxingcpp


def text_of(pdf: bytes) -> str:
    """All text, spaces of every kind as plain spaces, each run of them one."""
    document = pdfium.PdfDocument(pdf)
    try:
        return " ".join(" ".join(page.get_textpage().get_text_bounded() for page in document).split())
    finally:
        document.close()


def page_texts(pdf: bytes) -> list[str]:
    document = pdfium.PdfDocument(pdf)
    try:
        return [" ".join(page.get_textpage().get_text_bounded().split()) for page in document]
    finally:
        document.close()


def payment_codes(pdf: bytes) -> list[bytes]:
    """What a bank's app sees on the first page."""
    document = pdfium.PdfDocument(pdf)
    try:
        image: Any = document[0].render(scale=3, grayscale=True).to_numpy()
        return [code.bytes for code in zxingcpp.read_barcodes(image)]
    finally:
        document.close()
