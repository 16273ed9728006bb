"""Measures, clues and the province's rejections are holdings of a person too."""

from django.db import migrations, models

BEFORE = ["record", "consent", "subject", "list_entry", "honour", "list_case", "repair_case"]
MORE = {
    "measure": "实施的措施（文书号、事由、解除说明、结果反馈）",
    "clue": "责任线索（文书号、说明、办结意见）",
    "rejection": "省平台退回原因",
}
WORDS = {
    "record": "信用记录（含历史版本、更正和标注）",
    "consent": "同意登记（含同意书扫描件）",
    "subject": "主体登记（姓名、证件）",
    "list_entry": "名单列入",
    "honour": "诚信名单列入",
    "list_case": "名单认定案卷",
    "repair_case": "修复、异议案卷",
}


class Migration(migrations.Migration):

    dependencies = [("records", "0016_kinds_on_their_days")]

    operations = [
        migrations.AlterField(
            "erasureline",
            "holding",
            models.CharField(choices=[*WORDS.items(), *MORE.items()], max_length=16, verbose_name="保存处"),
        ),
        migrations.RemoveConstraint("erasureline", "erasure_line_whole"),
        migrations.AddConstraint(
            "erasureline",
            models.CheckConstraint(
                condition=models.Q(holding__in=[*BEFORE, *MORE], fate__in=["erase", "store", "stay"])
                & ~models.Q(why=""),
                name="erasure_line_whole",
            ),
        ),
    ]
