"""A downloaded list of the workbench stands in the register of look-ups; it has no duty purpose."""

from django.db import migrations, models
from django.db.models import Q


def _whole(*without_purpose):
    purpose = Q(purpose__isnull=False) | Q(kind__in=list(without_purpose))
    return models.CheckConstraint(
        condition=Q(outcome="answered", refusal_code="") & purpose
        | Q(outcome="refused", record_count=0, subject__isnull=True) & ~Q(refusal_code=""),
        name="lookup_outcome_whole",
    )


class Migration(migrations.Migration):
    dependencies = [("records", "0026_contents_compared")]

    operations = [
        migrations.RemoveConstraint("lookup", "lookup_outcome_whole"),
        migrations.AlterField(
            model_name="lookup",
            name="kind",
            field=models.CharField(
                choices=[("query", "逐户查询"), ("export", "批量导出"), ("self", "本人查询"), ("list", "列表下载")],
                max_length=8,
                verbose_name="方式",
            ),
        ),
        migrations.AddConstraint("lookup", _whole("self", "list")),
    ]
