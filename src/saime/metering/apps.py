from django.apps import AppConfig


class MeteringConfig(AppConfig):
    name = "saime.metering"
    label = "metering"
    verbose_name = "Metering"
