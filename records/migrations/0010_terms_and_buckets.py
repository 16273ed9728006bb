"""Bigrams and bucket as two columns of one index, so that either is asked for alone; and an index for figures of the last days."""

from django.db import migrations, models

# The bucket is an array of one term, because the index holds arrays. Few entries wait outside the tree: each search reads
# all of them.
TERMS = """
drop index subject_terms;
create index subject_terms on records_subject
using gin (grams, (array[to_hex(id % 1024)])) with (gin_pending_list_limit = 256)
"""
REVERSE = """
drop index subject_terms;
create index subject_terms on records_subject
using gin ((grams || ('b' || lpad(to_hex(id % 1024), 3, '0'))::varchar(4))) with (gin_pending_list_limit = 256)
"""


class Migration(migrations.Migration):

    dependencies = [
        ('records', '0009_own_report'),
    ]

    operations = [
        migrations.RunSQL(TERMS, REVERSE),
        migrations.AddIndex(
            model_name='intakebatch',
            index=models.Index(fields=['created_at'], name='batch_created'),
        ),
    ]
