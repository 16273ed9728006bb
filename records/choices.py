"""Coded values of the records room."""

from django.db.models import TextChoices


class Procedure(TextChoices):
    """适用程序. Only the ordinary procedure can be stored; the other value exists so that it can be refused (G2)."""

    ORDINARY = "ordinary", "普通程序"
    SUMMARY = "summary", "简易程序"


class MinorCircumstance(TextChoices):
    """轻微情形. Only NONE can be stored (G2)."""

    NONE = "none", "无"
    MINOR_CORRECTED = "minor_corrected", "轻微并主动消除"
    FIRST_MINOR = "first_minor", "首次轻微并主动消除"


class Channel(TextChoices):
    FORM = "form", "在线填报"
    FILE = "file", "文件报送"
    API = "api", "接口报送"


class BatchStatus(TextChoices):
    QUEUED = "queued", "排队等待"
    RUNNING = "running", "正在核验"
    DONE = "done", "已完成"
    FAILED = "failed", "未能处理"
