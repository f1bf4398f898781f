from django.apps import AppConfig


class BillingConfig(AppConfig):
    name = "saime.billing"
    label = "billing"
    verbose_name = "Billing"
