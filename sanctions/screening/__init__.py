"""Screening (查询比对): one question with many subjects, one statement that answers, registers and receipts it.

Data flow: identifiers → subject keys (persons by keyed digest) → gate G11 over purpose and matter → `sql/answer.sql`, which reads
the list in force, lists, records and applied measures in one snapshot, writes the register row, the receipt and the hits,
and builds the JSON. A list that is stale, partial or made for another release answers nothing: 503, never `clear`.
See docs/adr/0017.
"""
