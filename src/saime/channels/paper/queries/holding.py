"""The review desk, for its pages: which forms a person holds, and how sure the machine was of each box."""

from __future__ import annotations

from saime.channels.paper.models import FormField, FormState, ScannedForm

# What a box may hold, in the order of its probabilities: a digit, nothing, something crossed out.
SIGNS = "0123456789_x"


def forms_held(user_id: int) -> list[int]:
    """The forms in review that this person has taken and nobody else has taken since, in their order. One query."""
    mine = ScannedForm.objects.filter(state=FormState.IN_REVIEW, claimed_by_id=user_id)
    return list(mine.order_by("id").values_list("id", flat=True))


def sureness_of(form_id: int) -> dict[int, tuple[float, ...]]:
    """For each field of a form how probable each of its boxes is what its text says, from left to right. One query."""
    rows = FormField.objects.filter(form_id=form_id).values_list("id", "text", "boxes")
    return {id_: tuple(_sureness(text, boxes)) for id_, text, boxes in rows}


def _sureness(text: str, boxes: list[list[float]]) -> list[float]:
    signs = [sign for sign in text if sign in SIGNS]
    return [box[SIGNS.index(sign)] for sign, box in zip(signs, boxes, strict=False)]
