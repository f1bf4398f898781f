from django.db import migrations

from saime.platform.immutable import append_only


class Migration(migrations.Migration):
    dependencies = [("billing", "0001_initial")]

    operations = [append_only("billing_bill"), append_only("billing_billline")]
