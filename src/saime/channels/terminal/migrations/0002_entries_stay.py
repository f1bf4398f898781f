"""What a terminal sent stays as it came."""

from django.db import migrations

from saime.platform.immutable import append_only


class Migration(migrations.Migration):
    dependencies = [("terminal", "0001_keep_terminals_and_their_entries")]

    operations = [append_only("terminal_terminalentry")]
