"""What can happen to an object, as one letter of an event."""

from django.db import models


class Operation(models.TextChoices):
    """The `op` of an event. BASELINE: the row as it stood when tracking began or the table's shape changed.
    SEALED_ANEW: the same values sealed with another key; nothing new of the object."""

    INSERT = "I", "新增"
    UPDATE = "U", "修改"
    DELETE = "D", "删除"
    BASELINE = "R", "重新登记"
    SEALED_ANEW = "K", "重新加密"
