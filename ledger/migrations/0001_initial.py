"""The ledger: plain SQL (0001_*.sql beside this file) and the models that read it."""

from pathlib import Path

from django.db import migrations, models


def _sql(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


class Migration(migrations.Migration):

    initial = True

    dependencies = []

    operations = [
        migrations.RunSQL(_sql("0001_ledger.sql"), _sql("0001_ledger_reverse.sql")),
        migrations.RunSQL(_sql("0001_roles.sql"), _sql("0001_roles_reverse.sql")),
        migrations.CreateModel(
            name='Block',
            fields=[
                ('no', models.BigIntegerField(primary_key=True, serialize=False, verbose_name='区块号')),
                ('first_position', models.BigIntegerField(verbose_name='起始序号')),
                ('last_position', models.BigIntegerField(verbose_name='截止序号')),
                ('sealed_at', models.DateTimeField(verbose_name='封存时间')),
                ('alg', models.SmallIntegerField(verbose_name='算法')),
                ('prev_hash', models.BinaryField(verbose_name='上一区块哈希')),
                ('root', models.BinaryField(verbose_name='默克尔根')),
                ('hash', models.BinaryField(verbose_name='区块哈希')),
            ],
            options={
                'verbose_name': '账本区块',
                'verbose_name_plural': '账本区块',
                'db_table': 'ledger_block',
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='Context',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('at', models.DateTimeField(verbose_name='时间')),
                ('actor', models.BigIntegerField(null=True, verbose_name='操作人员')),
                ('action', models.TextField(verbose_name='事项')),
                ('basis', models.TextField(verbose_name='依据')),
                ('request_id', models.UUIDField(null=True, verbose_name='请求编号')),
                ('db_user', models.TextField(verbose_name='数据库用户')),
                ('db_role', models.TextField(verbose_name='数据库角色')),
            ],
            options={
                'verbose_name': '操作说明',
                'verbose_name_plural': '操作说明',
                'db_table': 'ledger_context',
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='Event',
            fields=[
                ('object_id', models.BigIntegerField(verbose_name='对象编号')),
                ('tbl', models.SmallIntegerField(verbose_name='表号')),
                ('op', models.CharField(choices=[('I', '新增'), ('U', '修改'), ('D', '删除'), ('R', '重新登记')], max_length=1, verbose_name='操作')),
                ('digest', models.BinaryField(verbose_name='摘要')),
                ('position', models.BigIntegerField(primary_key=True, serialize=False, verbose_name='序号')),
                ('pending_id', models.BigIntegerField(verbose_name='收件号')),
            ],
            options={
                'verbose_name': '账本记录',
                'verbose_name_plural': '账本记录',
                'db_table': 'ledger_event',
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='Pending',
            fields=[
                ('object_id', models.BigIntegerField(verbose_name='对象编号')),
                ('tbl', models.SmallIntegerField(verbose_name='表号')),
                ('op', models.CharField(choices=[('I', '新增'), ('U', '修改'), ('D', '删除'), ('R', '重新登记')], max_length=1, verbose_name='操作')),
                ('digest', models.BinaryField(verbose_name='摘要')),
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
            ],
            options={
                'verbose_name': '待封存记录',
                'verbose_name_plural': '待封存记录',
                'db_table': 'ledger_pending',
                'managed': False,
            },
        ),
    ]
