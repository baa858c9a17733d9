"""What the database promises beside the constraints of the models."""

from django.db import migrations

from audit.triggers import append_only

COVERED = """
CREATE OR REPLACE FUNCTION homefirst_every_hour_owned() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE the_case uuid := coalesce(NEW.case_id, OLD.case_id);
BEGIN
    IF (SELECT range_agg(span) FROM homefirst_delayspell WHERE case_id = the_case)
        IS DISTINCT FROM (SELECT range_agg(span) FROM homefirst_readiness WHERE case_id = the_case) THEN
        RAISE EXCEPTION 'the delays of a case must cover its readiness exactly' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'delay_every_hour_owned';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER delay_every_hour_owned AFTER INSERT OR UPDATE OR DELETE ON homefirst_delayspell
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION homefirst_every_hour_owned();
CREATE CONSTRAINT TRIGGER readiness_every_hour_owned AFTER INSERT OR UPDATE OR DELETE ON homefirst_readiness
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION homefirst_every_hour_owned();
"""
UNCOVERED = """
DROP TRIGGER readiness_every_hour_owned ON homefirst_readiness;
DROP TRIGGER delay_every_hour_owned ON homefirst_delayspell;
DROP FUNCTION homefirst_every_hour_owned();
"""


class Migration(migrations.Migration):
    dependencies = [("homefirst", "0001_initial"), ("audit", "0003_by_month")]
    operations = [append_only("homefirst_act"), migrations.RunSQL(COVERED, UNCOVERED)]
