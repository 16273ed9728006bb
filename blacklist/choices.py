"""Coded values of the serious-dishonesty list."""

from django.db.models import TextChoices


class SchemeField(TextChoices):
    """The four kinds of conduct for which a list may exist at all (plan, item 6). There is no fifth."""

    HEALTH_AND_LIFE = "health_and_life", "严重危害人民群众身体健康和生命安全"
    MARKET_ORDER = "market_order", "严重破坏市场公平竞争秩序和社会正常秩序"
    REFUSED_OBLIGATION = "refused_obligation", "拒不履行法定义务严重影响司法机关和行政机关公信力"
    NATIONAL_DEFENCE = "national_defence", "拒不履行国防义务"


class SchemeLevel(TextChoices):
    """Lists are national or provincial; a city may set none (plan, item 7)."""

    NATIONAL = "national", "全国"
    PROVINCIAL = "provincial", "本省"
