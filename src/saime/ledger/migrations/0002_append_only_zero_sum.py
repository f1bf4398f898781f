from django.db import migrations

from saime.platform.immutable import append_only

_ZERO_SUM = """
CREATE FUNCTION ledger_zero_sum() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT sum(amount_cents) FROM ledger_leg WHERE entry_id = NEW.entry_id) <> 0 THEN
        RAISE EXCEPTION 'the legs of ledger entry % do not sum to zero', NEW.entry_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'entry_sums_to_zero';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER entry_sums_to_zero AFTER INSERT ON ledger_leg
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_zero_sum();
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]

    operations = [
        append_only("ledger_entry"),
        append_only("ledger_leg"),
        migrations.RunSQL(_ZERO_SUM, "DROP FUNCTION ledger_zero_sum() CASCADE;"),
    ]
