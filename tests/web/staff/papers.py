"""Forms as the machine has read them, with pictures of handwriting that stands in for a person's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from itertools import count
from pathlib import Path

from django.conf import settings
from PIL import Image, ImageDraw, ImageFont

from saime.channels.paper.models import FormField, ScannedFile, ScannedForm, ScannedPage
from saime.estate.models import Account
from saime.metering.models import Meter
from saime.platform.periods import Period

_numbers = count(1)
SIGNS = "0123456789_x"


@dataclass(frozen=True, slots=True)
class Row:
    """What the machine read in a meter's boxes: "00128,4_7" with how sure it is of each box, in percent."""

    meter: Meter | None
    text: str
    sure: Sequence[int]
    route: str = "review"
    meter_no: str = ""
    reason: str = "unsure"

    @property
    def value(self) -> Decimal | None:
        digits = self.text.replace(",", ".")
        return Decimal(digits) if digits.replace(".", "").isdigit() else None


def make_form(
    account: Account | None, period: Period | None, rows: Sequence[Row], *, received_at: datetime,
    received_on: date | None = None, name: str = "novembris.pdf", reason: str = "",
    still_reading: bool = False,
    account_no: str = "",
) -> ScannedForm:  # fmt: skip
    """A form in review on a page of its own, with its pictures below MEDIA_ROOT.

    `account_no`: on the form, where it is nobody's we know. `still_reading`: it is the first of seven pages, the others
    have not been read yet.
    """
    number = next(_numbers)
    mark = sha256(str(number).encode()).hexdigest()
    folder = f"paper/{mark[:2]}/{mark}"
    file = ScannedFile.objects.create(
        sha256=mark, name=name, size=1000, content_type="application/pdf", source="upload", received_at=received_at,
        received_on=received_on or received_at.date(), kept_as=f"{folder}/original.pdf",
        state="reading" if still_reading else "done",
        page_count=7 if still_reading else 1,
        finished_at=None if still_reading else received_at,
    )  # fmt: skip
    whole = f"{folder}/form-1.jpg"
    draw_sheet(whole, account, [row.text for row in rows])
    page = ScannedPage.objects.create(file=file, number=1, outcome="form", kept_as=whole, content=mark)
    form = ScannedForm.objects.create(
        page=page, position=1, account=account, account_no=account.account_no if account else account_no, period=period,
        sheet="form", markers=[0, 1, 2, 3], kept_as=whole, content=mark, ink=b"", state="in_review", reason=reason,
    )  # fmt: skip
    for place, row in enumerate(rows, 1):
        make_field(form, place, row, f"{folder}/field-{place}.jpg")
    return form


def make_field(form: ScannedForm, place: int, row: Row, picture: str) -> FormField:
    draw_boxes(picture, row.text)
    boxes = [
        probabilities(sign, sure) for sign, sure in zip(row.text.replace(",", ""), row.sure, strict=True)
    ]
    confidence = 1.0
    for sure in row.sure:
        confidence *= sure / 100
    return FormField.objects.create(
        form=form, number=place, meter=row.meter, meter_no=row.meter.meter_no if row.meter else row.meter_no,
        kept_as=picture, boxes=boxes, decimals=3, text=row.text, value=row.value, confidence=confidence,
        route=row.route, reason=row.reason if row.route == "review" else "",
    )  # fmt: skip


def probabilities(sign: str, sure: int) -> list[float]:
    """A box's twelve: `sure` percent for what was read, the rest spread."""
    rest = (1 - sure / 100) / (len(SIGNS) - 1)
    return [sure / 100 if other == sign else rest for other in SIGNS]


def draw_boxes(place: str, text: str) -> None:
    """Boxes in the drop-out colour with something like handwriting in them."""
    signs = text.replace(",", "")
    image = Image.new("RGB", (76 * len(signs) + 30, 100), "white")
    pen = ImageDraw.Draw(image)
    font = ImageFont.load_default(64)
    for position, sign in enumerate(signs):
        left = 8 + position * 76 + (14 if position >= len(signs) - 3 else 0)
        pen.rectangle((left, 12, left + 68, 88), outline="#e8a48f", width=2)
        if sign not in "_x":
            pen.text((left + 16 + position % 3 * 3, 8 + position % 2 * 5), sign, fill="#1c2b5e", font=font)
    save(place, image)


def draw_sheet(place: str, account: Account | None, texts: Sequence[str]) -> None:
    image = Image.new("RGB", (1240, 874), "white")
    pen = ImageDraw.Draw(image)
    font = ImageFont.load_default(38)
    pen.text((80, 60), "Meter readings " + (account.account_no if account else ""), fill="black", font=font)
    for row, text in enumerate(texts):
        pen.text((80, 220 + row * 140), text, fill="#1c2b5e", font=ImageFont.load_default(72))
    save(place, image)


def save(place: str, image: Image.Image) -> None:
    path = Path(settings.MEDIA_ROOT) / place
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path, "JPEG", quality=80)
