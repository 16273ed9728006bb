"""A case rests on a kind of document that was lawful on the day of the document."""

from pathlib import Path

from django.db import migrations

_PROCEDURE = Path(__file__).with_name("0005_procedure.sql").read_text(encoding="utf-8")
_OPENED = _PROCEDURE[_PROCEDURE.index("create function blacklist_case_opened") :].split("end $$;")[0] + "end $$;"
BEFORE = _OPENED.replace("create function", "create or replace function")
_ASK = "not exists (select from public.catalog_documentkind k where k.name = new.document_kind and k.lawful)"
if _ASK not in BEFORE:
    raise LookupError(_ASK)
DATED = BEFORE.replace(_ASK, "not catalog_kind_lawful(new.document_kind, new.document_date, new.document_date)")


class Migration(migrations.Migration):

    dependencies = [
        ('blacklist', '0013_erasure'),
        ('catalog', '0008_document_kinds'),
    ]

    operations = [migrations.RunSQL(DATED, BEFORE)]
