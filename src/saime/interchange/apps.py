from django.apps import AppConfig


class InterchangeConfig(AppConfig):
    name = "saime.interchange"
    label = "interchange"
    verbose_name = "Interchange"
