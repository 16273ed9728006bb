"""The Celery application. The database row is the truth; a message only wakes somebody up."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hegang_credit.settings")

app = Celery("hegang_credit")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
