from django.db import migrations

from saime.platform.immutable import append_only

# The registered reading of a closed month stays as it is, whoever writes: one check a statement, not a row.
_CLOSED = """
CREATE FUNCTION metering_refuse_closed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE closed record;
BEGIN
    SELECT c.building_id, c.period INTO closed
      FROM changed r
      JOIN metering_meter m ON m.id = r.meter_id
      JOIN metering_periodclosure c ON c.building_id = m.building_id AND c.period = r.period
     LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'period % of building % is closed', closed.period, closed.building_id
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'reading_of_open_period';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER reading_insert_open AFTER INSERT ON metering_registeredreading
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION metering_refuse_closed();
CREATE TRIGGER reading_update_open AFTER UPDATE ON metering_registeredreading
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION metering_refuse_closed();
CREATE TRIGGER reading_delete_open AFTER DELETE ON metering_registeredreading
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION metering_refuse_closed();
"""


class Migration(migrations.Migration):
    dependencies = [("metering", "0001_initial")]

    operations = [
        append_only("metering_submission"),
        append_only("metering_review"),
        append_only("metering_periodclosure"),
        append_only("metering_consumption"),
        append_only("metering_waterdifference"),
        append_only("metering_differenceshare"),
        migrations.RunSQL(
            _CLOSED,
            "DROP FUNCTION metering_refuse_closed() CASCADE;",
        ),
    ]
