"""Lists decided elsewhere, taken in whole and compared with what stands.

Data flow: file (page or interface) → `ListDelivery`, kept encrypted → rows judged chunk by chunk into `DeliveredRow` (a worker
that dies is succeeded behind its last chunk) → compared with `ImportedRow`, the source's list as last applied → let through,
or held for a person, or refused as empty → applied in one transaction, set by set: new subjects, new entries, changed ones
with their history, those that the source let go ended. Entries are never deleted, and what was taken off here stays off for
as long as the source says nothing new.

Rejected: *deliveries of changes only* (one lost delivery and both sides differ for ever, unnoticed); *replacing the list*
(every entry would lose its history and its public id twice a week, and an empty file would empty the list).
"""
