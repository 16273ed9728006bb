"""Indexes for what is searched and listed: names by bigram and bucket, and lists by decision date."""

import django.contrib.postgres.indexes
from django.db import migrations, models
from django.db.models import F, Q
from django.db.models.functions import Collate

# What records.search asks: the bigrams of a name, and the bucket of its subject as one more term ('b' and three hex
# digits; lower case, so that it is never a bigram). Few terms wait outside the tree, for each search reads all of them.
TERMS = """
create index subject_terms on records_subject
using gin ((grams || ('b' || lpad(to_hex(id % 1024), 3, '0'))::varchar(4))) with (gin_pending_list_limit = 256)
"""


class Migration(migrations.Migration):

    dependencies = [
        ('records', '0006_persons'),
    ]

    operations = [
        migrations.RemoveIndex(model_name='subject', name='subject_grams'),
        migrations.RemoveIndex(model_name='subject', name='subject_pinyin'),
        migrations.RunSQL(TERMS, 'drop index subject_terms'),
        migrations.AddIndex(
            model_name='subject',
            index=models.Index(Collate('normal_name', 'C'), F('id'), condition=~Q(normal_name=''), name='subject_name'),
        ),
        migrations.RemoveIndex(model_name='creditrecord', name='record_provider'),
        migrations.AddIndex(
            model_name='creditrecord',
            index=models.Index(fields=['provider', 'decision_date'], name='record_provider'),
        ),
        migrations.AddIndex(
            model_name='creditrecord',
            index=models.Index(fields=['decision_date'], name='record_date'),
        ),
        migrations.AddIndex(
            model_name='creditrecord',
            index=django.contrib.postgres.indexes.HashIndex(fields=['document_number'], name='record_number'),
        ),
    ]
