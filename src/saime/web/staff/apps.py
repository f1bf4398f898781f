from django.apps import AppConfig


class StaffConfig(AppConfig):
    name = "saime.web.staff"
    label = "web_staff"
