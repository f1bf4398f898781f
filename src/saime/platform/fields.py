"""Model fields of ours, and what their checks say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from saime.platform.periods import Period

if TYPE_CHECKING:
    _Integer = models.IntegerField[Period | str | int, Period]
else:
    _Integer = models.IntegerField  # not subscriptable at run time


class PeriodField(_Integer):
    """A month, stored as the integer YYYYMM, `Period` in Python."""

    # What django-stubs reads: what may be assigned, what is got, what may be looked up.
    _pyi_private_set_type: Period | str | int  # type: ignore[assignment]
    _pyi_private_get_type: Period  # type: ignore[assignment]
    _pyi_lookup_exact_type: Period | str | int  # type: ignore[assignment]

    @property
    def validators(self) -> list[Any]:
        """None: a whole number's range is nothing that a month could be held against."""
        return []

    def from_db_value(self, value: int | None, *_args: Any) -> Period | None:
        return None if value is None else Period.from_number(value)

    def to_python(self, value: Any) -> Period | None:
        if value is None or isinstance(value, Period):
            return value
        try:
            return Period.parse(value) if isinstance(value, str) else Period.from_number(int(value))
        except (ValueError, TypeError) as error:
            raise ValidationError(_("Write the month as YYYY-MM, for example 2026-11.")) from error

    def get_prep_value(self, value: Any) -> int | None:
        period = self.to_python(value)
        return None if period is None else period.number

    def value_to_string(self, obj: models.Model) -> str:
        return str(self.value_from_object(obj))

    def formfield(self, **kwargs: Any) -> Any:
        from django import forms

        return forms.CharField(required=not self.blank, label=kwargs.get("label"), help_text=_("YYYY-MM"))


def one_of(field: str, choices: type[models.TextChoices]) -> models.Q:
    """For a check: the field holds one of the choices."""
    return models.Q(**{f"{field}__in": choices.values})
