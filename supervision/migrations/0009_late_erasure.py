"""Requests to erase that nobody decided in time."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('supervision', '0008_import_clues'),
    ]

    operations = [
        migrations.AlterField(
            model_name='clue',
            name='kind',
            field=models.CharField(choices=[('late_report', '迟报'), ('number_gap', '疑似漏报（文号不连续）'), ('feedback_late', '比中后逾期未反馈'), ('lift_late', '依据终止后逾期未解除措施'), ('late_withdrawal', '文书被撤销、变更后未按期撤回或者更正'), ('list_overdue', '名单认定超期'), ('late_case', '信用修复、异议超期未办'), ('late_erasure', '删除个人信息的请求逾期未决定'), ('list_missing', '外部认定的名单逾期没有来数'), ('list_empty', '外部认定的名单来数为空')], max_length=16, verbose_name='类别'),
        ),
    ]
