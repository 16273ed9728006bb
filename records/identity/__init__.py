"""Identity of credit subjects: which rows are one body, under which names and codes it was known (方案第4条).

Data flow: a hand-in finds its subject by the key of its codes alone, and that never changes. That two subjects are one
body is a decision of its own (`IdentityChange`): proposed by one officer, made by another, resting on an exact code both
have or on a document that names both. In effect it sets one pointer, `Subject.merged_into`; records stay where they
came in. Every read about a subject asks for its group (`groups.about`): the head and what points to it. Undoing clears
the pointer, and everything is as it was, whatever came in meanwhile. A split moves named records to the body they
belong to and remembers which, so that undoing moves exactly those back.

Rejected: moving the records on a merge (fingerprints rest on the key, so the same document would come in twice, and an
undo would have to guess where later records belong); a table of aliases asked by the intake (one look-up more per row of
every file for a handful of merges a year, and the same guess on undo).
"""
