from django.apps import AppConfig


class PlatformConfig(AppConfig):
    name = "saime.platform"
    label = "platform"
    verbose_name = "Platform"
