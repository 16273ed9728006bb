"""Evidence and correction (方案第2条；行政处罚法第四十八条): what becomes of a record after it was handed in.

Data flow: correction, withdrawal or a proceeding → rules → one UPDATE of the record's own row → a trigger keeps the row as
it stood (`RecordVersion`) → the ledger sees one new state → push, pull, portal and screening read it. See ADR 0011.
"""
