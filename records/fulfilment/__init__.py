"""How something that was recorded goes on: a commitment is fulfilled or not (履约状态), a contract is carried out.

A new state is a fact of its own day, not a correction: the record keeps its document, its date and its window, its field
with the role “status” takes the new value (so that every channel shows it), the version before is kept by the database,
and a `StatusReport` says who reported what, since when, on which document.

Rejected: handing the record in again (a second record, or a correction of something that was never wrong); computing the
shown value from the reports (every reader of the contents would have to know).
"""
