from django.db import migrations

from saime.platform.immutable import append_only

# What came in and what was read stays; what is found out later (customer, meter, submission) is filled in once.
_STAYS = """
CREATE FUNCTION paper_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE may_change text[] := TG_ARGV[0]::text[]; fill_once text[] := TG_ARGV[1]::text[]; name text;
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION '%: what came in is not deleted', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END IF;
    IF to_jsonb(NEW) - may_change - fill_once IS DISTINCT FROM to_jsonb(OLD) - may_change - fill_once THEN
        RAISE EXCEPTION '%: what was read stays as it is', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END IF;
    FOREACH name IN ARRAY fill_once LOOP
        IF COALESCE(to_jsonb(OLD) ->> name, '') <> ''
           AND to_jsonb(NEW) ->> name IS DISTINCT FROM to_jsonb(OLD) ->> name THEN
            RAISE EXCEPTION '%: % is filled in once', TG_TABLE_NAME, name USING ERRCODE = 'restrict_violation';
        END IF;
    END LOOP;
    RETURN NEW;
END $$;
CREATE TRIGGER scanned_file_stays BEFORE UPDATE OR DELETE ON paper_scannedfile FOR EACH ROW
    EXECUTE FUNCTION paper_refuse_change('{state,reason,finished_at}', '{page_count,content_type}');
CREATE TRIGGER scanned_form_stays BEFORE UPDATE OR DELETE ON paper_scannedform FOR EACH ROW
    EXECUTE FUNCTION paper_refuse_change('{state,claimed_by_id,claimed_until}',
                                         '{account_id,account_no,period,decided_at}');
CREATE TRIGGER form_field_stays BEFORE UPDATE OR DELETE ON paper_formfield FOR EACH ROW
    EXECUTE FUNCTION paper_refuse_change('{}', '{meter_id,meter_no,submission_id}');
"""


class Migration(migrations.Migration):
    dependencies = [("paper", "0001_what_comes_in_on_paper")]

    operations = [
        append_only("paper_scannedpage"),
        append_only("paper_fielddecision"),
        append_only("paper_deskstep"),
        migrations.RunSQL(_STAYS, "DROP FUNCTION paper_refuse_change() CASCADE;"),
    ]
