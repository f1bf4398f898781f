from django.apps import AppConfig


class PortalAccountConfig(AppConfig):
    name = "saime.web.portal.account"
    label = "web_account"
    verbose_name = "Login and settings"
