"""Natural persons: consents and what hangs on them, and the person's own report at the window (方案第13条).

A consent stands beside the records, tied to the person by the same keyed digest as the credit subject, so that it can be
given before anything was recorded. Records do not point to it: their end dates are cut to it when they are taken in, and
a trigger of the database ends them in the transaction that withdraws it. See docs/adr/0012-consent-cuts-the-dates.md.
"""
