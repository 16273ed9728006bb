"""Erasure of personal information (删除个人信息，个人信息保护法第四十七条).

Data flow: somebody at the window, or an officer of the own accord, asks → `records_erasure` (ground, sealed identity) →
another officer decides with reason → the dated retention rules give every holding its fate: goes at once, is only stored
until a day, or stays because a clause carries it → handling of the first two stops in that transaction → the database's
own `records_erase` overwrites what is due, and a daily job calls it again for what was only stored. See docs/adr/0018.
"""
