"""A field's row: what the machine read in a meter's boxes, and the picture of them."""

from __future__ import annotations

from saime.channels.paper.intake.keeping import keep
from saime.channels.paper.models import FormField, ScannedForm
from saime.channels.paper.queries.holding import SIGNS
from saime.channels.paper.reading.deciding import Decided
from saime.channels.paper.reading.found import FoundField


def signs(found: FoundField) -> str:
    """What the machine saw, box by box, a comma before the decimals: "__123,45_"."""
    seen = "".join(SIGNS[int(box.argmax())] for box in found.boxes)
    whole = len(seen) - found.decimals
    return f"{seen[:whole]},{seen[whole:]}"


def keep_field(
    form: ScannedForm, row: Decided, *, meter_id: int | None, route: str, reason: str
) -> FormField:
    """Write down the field, its picture beside the form's."""
    reading = row.reading
    place = form.kept_as.removesuffix(".jpg")
    return FormField.objects.create(
        form=form, number=reading.number, meter_id=meter_id, meter_no=reading.meter_no,
        kept_as=keep(f"{place}-{reading.number}.jpg", row.found.picture),
        boxes=[[round(float(share), 5) for share in box] for box in row.found.boxes],
        decimals=row.found.decimals, text=signs(row.found), value=reading.value,
        confidence=min(max(reading.confidence, 0.0), 1.0), route=route, reason=reason,
    )  # fmt: skip
