"""Rows that are only sealed anew enter as operation K: reads of what is new leave them out by the event alone."""

from pathlib import Path

from django.db import migrations

_ROWS = Path(__file__).with_name("0004_binary_rows.sql").read_text(encoding="utf-8")
CAPTURE = _ROWS[_ROWS.index("create or replace function ledger_capture") : _ROWS.index("-- Same form as")]
_DECLARED = "    plain constant boolean := tg_nargs = 1;\n"
_CHANGED = """    changed constant "char" := case current_setting('ledger.action', true) when 'keys.rotate' then 'K' else 'U' end;\n"""
SEALED_ANEW = CAPTURE.replace(_DECLARED, _DECLARED + _CHANGED).replace("number, 'U',", "number, changed,")


class Migration(migrations.Migration):
    dependencies = [("ledger", "0004_binary_rows")]

    operations = [migrations.RunSQL(SEALED_ANEW, CAPTURE)]
