"""What an officer has typed so far."""

from django.db import models

from agencies.models import Agency, Officer
from common.ids import public_id


class RecordDraft(models.Model):
    """One form put aside. `sealed` holds everything typed as SM4-GCM, for it may name persons; see `services.opened`."""

    public_id = models.CharField(max_length=24, unique=True, default=public_id)
    item_code = models.CharField("事项代码", max_length=40)
    agency = models.ForeignKey(Agency, verbose_name="报送单位", on_delete=models.CASCADE, related_name="+")
    officer = models.ForeignKey(
        Officer, verbose_name="填写人", on_delete=models.CASCADE, related_name="drafts", db_index=False
    )
    sealed = models.BinaryField("加密内容")
    created_at = models.DateTimeField("建立时间", auto_now_add=True)
    updated_at = models.DateTimeField("保存时间", auto_now=True)

    class Meta:
        verbose_name = "填报草稿"
        verbose_name_plural = "填报草稿"
        indexes = [
            models.Index(fields=["officer", "-id"], name="draft_officer"),
            models.Index(fields=["updated_at"], name="draft_age"),
        ]

    def __str__(self) -> str:
        return f"{self.item_code} {self.public_id}"
