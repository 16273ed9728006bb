"""Agreement with the determining department's own publication, in content and period (方案第5条).

A department hands in the list it publishes itself (file, or single rows) → columns checked as at intake → compared with what
is published here that day (`rules`) → every difference is a row that an officer corrects or explains. The list itself is not
kept: its digest is. Differences nobody justified count as 错报 in the supervision figures.
"""
