"""Files handed in: what they are, their rows as a stream, judged in chunks and stored by COPY.

upload → `sniff` (refused at once, or kept encrypted) → `source` (rows) → `records.rules` (verdicts) → `build` (rows of
the tables) → `store` (one transaction a chunk) → `rejections` (what goes back to the agency).
"""
