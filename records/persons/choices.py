"""Coded values of consents."""

from django.db.models import TextChoices


class ConsentKind(TextChoices):
    """Publication needs a consent of its own (个人信息保护法第25条: 单独同意)."""

    COLLECTION = "collection", "归集（可含共享、使用）"
    PUBLICATION = "publication", "向社会公开（单独同意）"


class Allowed(TextChoices):
    """What a consent to collection allows beside keeping the record."""

    SHARING = "sharing", "共享给有履职目的的单位"
    USE = "use", "作为守信激励、失信惩戒等的依据"


class GivenBy(TextChoices):
    SELF = "self", "本人"
    GUARDIAN = "guardian", "监护人"
    BOTH = "both", "本人和监护人"


class Means(TextChoices):
    """How the consent, or its withdrawal, was declared."""

    PAPER = "paper", "窗口签署纸质文书"
    ONLINE = "online", "网上确认"


class ConsentState(TextChoices):
    """Computed from dates and withdrawal; never stored."""

    UPCOMING = "upcoming", "尚未生效"
    IN_FORCE = "in_force", "有效"
    EXPIRED = "expired", "已到期"
    WITHDRAWN = "withdrawn", "已撤回"


class Answer(TextChoices):
    """What the person answered to a consent that was asked for."""

    GIVEN = "given", "同意"
    REFUSED = "refused", "不同意"


class RequestState(TextChoices):
    """Computed; never stored."""

    OPEN = "open", "待本人确认"
    GIVEN = "given", "本人已同意"
    REFUSED = "refused", "本人不同意"
    LAPSED = "lapsed", "逾期未确认"
