from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "saime.ledger"
    label = "ledger"
    verbose_name = "Ledger"
