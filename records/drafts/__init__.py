"""Drafts of on-line forms: typed, put aside, gone on with, checked, handed in.

Data flow: form → `save_draft` (sealed, for its officer alone) → check page, judged by the intake's own rules without being
stored → `hand_in`, which takes the record in and drops the draft in one transaction. A draft is no record: it stands
outside the ledger, reaches no channel, and goes when it is handed in, discarded or left alone too long.

Rejected: the session (lost with it, and personal data would lie in a cache); a record in a state "draft" (every reader
would have to leave it out, and one would forget).
"""
