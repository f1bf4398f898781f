from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "saime.payments"
    label = "payments"
    verbose_name = "Payments"
