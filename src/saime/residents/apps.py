from django.apps import AppConfig


class ResidentsConfig(AppConfig):
    name = "saime.residents"
    label = "residents"
    verbose_name = "Residents"
