"""Dated policies: what a company, a building or its owners decide, from a date on."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from saime.platform.history import keep_history


@keep_history
class Policy(models.Model):
    """One decision: `policy` has `value` from `valid_from` on, for one building or (building empty) the company."""

    policy = models.CharField(_("policy"), max_length=60)
    building = models.ForeignKey(
        "estate.Building", verbose_name=_("building"), on_delete=models.PROTECT, null=True, blank=True
    )
    value = models.CharField(_("value"), max_length=200)
    valid_from = models.DateField(_("valid from"))
    decision = models.CharField(_("decision of company or owners"), max_length=300, blank=True, default="")
    recorded_at = models.DateTimeField(_("recorded at"), db_default=Now(), editable=False)

    class Meta:
        verbose_name, verbose_name_plural = _("policy"), _("policies")
        constraints = [
            models.UniqueConstraint(
                fields=["policy", "building", "valid_from"], nulls_distinct=False, name="one_value_a_day"
            ),
            models.CheckConstraint(condition=~Q(value=""), name="policy_has_value"),
        ]

    def __str__(self) -> str:
        return f"{self.policy} = {self.value} from {self.valid_from}"
