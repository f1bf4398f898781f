"""What says what happened is written once; an answer keeps its text and its number while it moves on."""

from django.db import migrations

from saime.platform.immutable import append_only

_SAID = """
CREATE FUNCTION sms_refuse_other_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.token, NEW.gateway, NEW.number, NEW.text, NEW.kind, NEW.queued_at, NEW.in_reply_to_id)
       IS DISTINCT FROM (OLD.token, OLD.gateway, OLD.number, OLD.text, OLD.kind, OLD.queued_at, OLD.in_reply_to_id) THEN
        RAISE EXCEPTION 'a message keeps its text and its number' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER sms_outgoingmessage_keeps_its_words BEFORE UPDATE ON sms_outgoingmessage
    FOR EACH ROW EXECUTE FUNCTION sms_refuse_other_words();
CREATE FUNCTION sms_refuse_delete() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a message is not deleted' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER sms_outgoingmessage_stays BEFORE DELETE ON sms_outgoingmessage
    FOR EACH ROW EXECUTE FUNCTION sms_refuse_delete();
"""
_BACK = """
DROP TRIGGER sms_outgoingmessage_stays ON sms_outgoingmessage;
DROP TRIGGER sms_outgoingmessage_keeps_its_words ON sms_outgoingmessage;
DROP FUNCTION sms_refuse_delete();
DROP FUNCTION sms_refuse_other_words();
"""


class Migration(migrations.Migration):
    dependencies = [("sms", "0001_what_comes_and_goes_by_text")]

    operations = [
        append_only("sms_incomingmessage"),
        append_only("sms_messagereading"),
        append_only("sms_outgoingpart"),
        append_only("sms_deliveryreport"),
        append_only("sms_wish"),
        migrations.RunSQL(_SAID, _BACK),
    ]
