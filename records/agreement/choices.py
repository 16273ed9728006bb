"""Coded values of the comparison."""

from django.db.models import TextChoices


class DifferenceKind(TextChoices):
    MISSING_HERE = "missing_here", "认定单位公示，本平台没有"
    MISSING_THERE = "missing_there", "本平台公示，认定单位没有"
    OTHER_CONTENT = "other_content", "内容不同"
    OTHER_PERIOD = "other_period", "公示期限不同"


class Verdict(TextChoices):
    """What an officer found; empty = not looked into yet."""

    OURS = "ours", "报送有误，已更正、补报或者撤回"
    THEIRS = "theirs", "认定单位的公示有误，已请其更正"
    JUSTIFIED = "justified", "依法可以不一致"
