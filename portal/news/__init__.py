"""信用动态: policies, news, cases and credit culture, written by officers of the credit authority (plan, part 5 (4): 宣传解读).

Data flow: an officer writes a draft → hands it in → a second officer of the authority approves it with its days (or sends it back with
reasons) → it is public from its first day to its last, computed on read → it can be withdrawn, with the reason. Every step is a
change of one row under the ledger; what was approved cannot be rewritten (trigger).

Rejected: a workflow of step rows as list cases have (nobody's rights hang on the steps, and the ledger keeps them) and rich text (HTML of
an editor has to be cleaned for ever; a news item needs headings, paragraphs and lists).
"""
