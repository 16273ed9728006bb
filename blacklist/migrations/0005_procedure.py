"""Gates G8 and G9 in the database: what a scheme, a case, a step, a decision and an entry must satisfy, whoever writes."""

from pathlib import Path

from django.conf import settings
from django.db import migrations, models

from ledger.operations import RebaseTable

SQL = Path(__file__).with_name("0005_procedure.sql")
FUNCTIONS = (
    "blacklist_entry_fixed",
    "blacklist_entry_lawful",
    "blacklist_decision_complete",
    "blacklist_step_taken",
    "blacklist_step_refused",
    "blacklist_before_decision",
    "blacklist_window",
    "blacklist_case_fixed",
    "blacklist_case_opened",
    "blacklist_never_deleted",
    "blacklist_scheme_lawful",
    "blacklist_competent",
    "blacklist_last_day",
    "blacklist_workdays",
    "blacklist_is_workday",
    "blacklist_today",
)
REVERSE = "".join(f"drop function {name} cascade;" for name in FUNCTIONS) + """
grant update, delete on blacklist_casestep, blacklist_listdecision, blacklist_entrychange, blacklist_schemeattempt to credit_app;
grant delete on blacklist_listcase, blacklist_listentry to credit_app;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('blacklist', '0004_cases'),
        ('catalog', '0005_deadlines'),
        ('common', '0002_calendar_officer_rows'),
        ('records', '0003_sharing'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        migrations.swappable_dependency(settings.OAUTH2_PROVIDER_APPLICATION_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='casestep',
            name='case_step_kind_known',
        ),
        migrations.AddField(
            model_name='casestep',
            name='document',
            field=models.BinaryField(null=True, verbose_name='文书内容（加密）'),
        ),
        migrations.AlterField(
            model_name='casestep',
            name='kind',
            field=models.CharField(choices=[('notice', '事先告知'), ('served', '送达告知书'), ('statement', '当事人陈述、申辩'), ('objection', '当事人提出异议'), ('verified', '核实情况'), ('answer', '答复异议'), ('hearing', '听证'), ('review', '集体审议'), ('decided', '作出列入决定'), ('decision_served', '送达决定书'), ('suspended', '中止'), ('resumed', '恢复'), ('closed', '不予列入，结案'), ('reopened', '重新办理')], max_length=16, verbose_name='步骤'),
        ),
        migrations.AlterField(
            model_name='casestep',
            name='party_code',
            field=models.BinaryField(max_length=32, null=True),
        ),
        migrations.AddConstraint(
            model_name='casestep',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['notice', 'served', 'statement', 'objection', 'verified', 'answer', 'hearing', 'review', 'decided', 'decision_served', 'suspended', 'resumed', 'closed', 'reopened'])), name='case_step_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='casestep',
            constraint=models.UniqueConstraint(fields=('party_code',), name='case_step_party_code'),
        ),
        RebaseTable("blacklist_casestep"),
        migrations.RunSQL(SQL.read_text(encoding="utf-8"), REVERSE),
    ]
