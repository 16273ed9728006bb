drop function ledger_untrack(regclass), ledger_track(regclass, smallint, text[]), ledger_snapshot(regclass, "char"),
    ledger_rows(regclass, text[]);
drop function ledger_context_digest(ledger_context);
drop table ledger_table, ledger_block, ledger_event, ledger_pending, ledger_context;
drop function ledger_capture(), ledger_refuse(), ledger_context_id();
