from django.db import migrations

from saime.platform.immutable import append_only


class Migration(migrations.Migration):
    dependencies = [("remote", "0001_what_remote_readers_deliver")]

    operations = [
        append_only("remote_dailyvalue"),
        append_only("remote_valueconflict"),
        append_only("remote_delivery"),
    ]
