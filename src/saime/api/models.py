"""Keys of other systems: who may do what over the API, and until when."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from saime.channels.remote.models import Source
from saime.estate.models import Building
from saime.metering.models import Channel


class Scope(models.TextChoices):
    SUBMIT = "readings:submit", _("submit readings")
    METERS = "meters:read", _("look meters up")
    PAPER = "paper:upload", _("hand scanned forms in")
    REMOTE = "remote:readings", _("deliver remote readings")


def _needed_for(scope: Scope, has: Q) -> Q:
    """The field is filled in for keys of that scope, and for no others."""
    allows = Q(scopes__contains=[scope.value])
    return (allows & has) | (~allows & ~has)


class ApiKey(models.Model):
    """A key handed to one system. Only the hash of its secret is here: what was shown once cannot be shown again."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    prefix = models.CharField(max_length=12, unique=True)  # the part that may be seen: finds the row
    secret_hash = models.BinaryField(max_length=32)
    scopes = ArrayField(models.CharField(max_length=20, choices=Scope.choices))
    # Readings sent with this key come by this channel; the sender does not choose its priority.
    channel = models.CharField(_("channel"), max_length=8, choices=Channel.choices, blank=True, default="")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, null=True, related_name="keys")
    per_minute = models.PositiveIntegerField(default=120)
    # Only meters of the key's buildings (KeyBuilding); without it those of the whole company.
    is_limited = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name, verbose_name_plural = _("key of another system"), _("keys of other systems")
        constraints = [
            models.CheckConstraint(condition=~Q(name="") & ~Q(prefix=""), name="api_key_has_name"),
            models.CheckConstraint(
                condition=Q(scopes__contained_by=Scope.values) & Q(scopes__len__gt=0), name="api_key_scopes"
            ),
            models.CheckConstraint(
                condition=_needed_for(Scope.SUBMIT, ~Q(channel="")), name="api_key_channel_to_submit"
            ),
            models.CheckConstraint(condition=~Q(channel="staff"), name="api_key_is_not_staff"),
            models.CheckConstraint(
                condition=_needed_for(Scope.REMOTE, Q(source__isnull=False)), name="api_key_source_to_deliver"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class KeyBuilding(models.Model):
    """A building whose meters the key may name."""

    pk = models.CompositePrimaryKey("key", "building")
    key = models.ForeignKey(ApiKey, on_delete=models.PROTECT, related_name="buildings", db_index=False)
    building = models.ForeignKey(Building, on_delete=models.PROTECT, related_name="+", db_index=False)
