"""Public figures of the credit system (信用统计): counted once a day, kept as dated rows, read by the page and its file.

Data flow: the gates of the rooms below (`records.selectors.published` and its like) → `counting` → `rules.shown` → rows of one
day under one digest, which the ledger holds → `/statistics/` and its CSV. Nothing is counted while a reader waits.

Rejected: counting at the request (two million rows for a page anybody may open) and counters kept up by every write (a
window that ends without a write would have to be counted down by a job, which could be late).
"""
