"""The Celery application. The database row is the truth; a message only wakes somebody up."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hegang_credit.settings")
# Each worker and beat would check the whole project again, and load every page for it, before the first task. `migrate`, which
# comes before them, and `./dev check` have done so; a variable that is set empty brings the checks back.
os.environ.setdefault("CELERY_SKIP_CHECKS", "1")

app = Celery("hegang_credit")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
