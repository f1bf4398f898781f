from django.apps import AppConfig


class DesignConfig(AppConfig):
    name = "saime.web.design"
    label = "web_design"
