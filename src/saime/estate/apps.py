from django.apps import AppConfig


class EstateConfig(AppConfig):
    name = "saime.estate"
    label = "estate"
    verbose_name = "Estate"
