from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GuestConfig(AppConfig):
    name = "saime.channels.guest"
    label = "guest"
    verbose_name = _("Readings without login")
