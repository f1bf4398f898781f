from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "saime.web.portal"
    label = "web_portal"
