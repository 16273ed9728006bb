"""The peers of pages: how the same is commonly written with Django, and nothing worse.

They show the same as our pages do, not more and not less: the model's own manager, related objects as the template meets
them, `icontains`, `Paginator` with its count, and a new database connection for each request, which is Django's default.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from django.core.paginator import Paginator
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.template.backends.django import Template
from django.urls import include, path

from agencies.models import AreaCode
from blacklist.models import HonourEntry, ListEntry
from catalog.choices import Nature
from common.clock import today
from records.models import CreditRecord, Subject

_SUBJECT = """{% extends "portal/base.html" %}{% block content %}<h1>{{ subject.shown_name }}</h1>
<p>{{ subject.uscc }} {{ subject.get_kind_display }} {{ region.name }}</p>
<p>{{ count }} {{ dishonest.count }} {{ repairable.count }}</p>
<table>{% for entry in entries %}<tr><td>{{ entry.scheme.name }}</td><td>{{ entry.authority_name }}</td>
<td>{{ entry.effective_from|date:"Y年n月j日" }}</td><td>{{ entry.ends_on|date:"Y年n月j日" }}</td></tr>{% endfor %}</table>
<table>{% for honour in honours %}<tr><td>{{ honour.scheme.name }}</td><td>{{ honour.authority_name }}</td>
<td>{{ honour.effective_from|date:"Y年n月j日" }}</td><td>{{ honour.ends_on|date:"Y年n月j日" }}</td></tr>{% endfor %}</table>
{% regroup records by item.name as groups %}{% for group in groups %}<h2>{{ group.grouper }}</h2><table>
{% for record in group.list %}<tr><td><a href="{% url "portal:record" record.pk %}">{{ record.document_number }}</a></td>
<td>{{ record.authority_name }}</td><td>{{ record.decision_date|date:"Y年n月j日" }}</td>
<td>{{ record.published_until|date:"Y年n月j日" }} {{ record.published_until|timeuntil }}</td>
<td>{% if record.item.nature == "dishonest" %}{% with record.regime.repair_rules.first as rule %}
{% if rule.irreparable_all %}不予修复{% else %}{{ record.minimum_until|date:"Y年n月j日" }}{% endif %}{% endwith %}{% endif %}</td>
</tr>{% endfor %}</table>{% endfor %}{% endblock %}"""
_SEARCH = """{% extends "portal/base.html" %}{% block content %}<p>{{ page.paginator.count }}</p><table>
{% for entry in entries %}<tr><td>{{ entry.subject.name }}</td><td>{{ entry.scheme.name }}</td>
<td>{{ entry.authority_name }}</td><td>{{ entry.ends_on|date:"Y年n月j日" }}</td></tr>{% endfor %}</table><table>
{% for subject in page %}<tr><td><a href="{% url "portal:subject" subject.public_id %}">{{ subject.name }}</a></td>
<td>{{ subject.uscc }}</td><td>{{ subject.region }}</td><td>{{ subject.records.count }}</td></tr>{% endfor %}
</table>{% endblock %}"""


@cache
def _template(text: str) -> Template:
    """Compiled once, as the cached loader does for a file."""
    return engines["django"].from_string(text)


def subject_page(request: HttpRequest, uscc: str) -> HttpResponse:
    """What our own page says about the subject with this code: numbers, lists, honours, records with their repair dates."""
    at = today()
    subject = Subject.objects.get(uscc=uscc)
    records = CreditRecord.objects.filter(subject=subject, published_until__gte=at).exclude(ended_on__lte=at)
    dishonest = records.filter(item__nature=Nature.DISHONEST)
    context = {
        "subject": subject,
        "region": AreaCode.objects.filter(code=subject.region).first(),
        "count": records.count(),
        "dishonest": dishonest,
        "repairable": dishonest.filter(minimum_until__lt=at),
        "entries": ListEntry.objects.filter(subject=subject, effective_from__lte=at).exclude(
            ended_on__lte=at
        ),
        "honours": HonourEntry.objects.filter(subject=subject, effective_from__lte=at).exclude(
            ended_on__lte=at
        ),
        "records": records.order_by("-decision_date", "-id")[:20],
    }
    return HttpResponse(_template(_SUBJECT).render(context, request))


def search_page(request: HttpRequest) -> HttpResponse:
    """Subjects whose name contains what was typed, a page of twenty."""
    found = Subject.objects.filter(name__icontains=request.GET["q"]).order_by("pinyin", "id")
    entries = ListEntry.objects.filter(subject__name__icontains=request.GET["q"]).order_by("-effective_from")
    context = {"page": Paginator(found, 20).get_page(1), "entries": entries[:20]}
    return HttpResponse(_template(_SEARCH).render(context, request))


# The platform's addresses and these; used as ROOT_URLCONF, so that both go through the same middleware.
urlpatterns = [
    path("naive/subjects/<str:uscc>/", subject_page),
    path("naive/search/", search_page),
    path("", include("hegang_credit.urls")),
]


@contextmanager
def fresh_connection() -> Iterator[None]:
    """What each request of a default Django begins and ends with. Ours is put aside meanwhile, for it is kept."""
    ours, connection.connection = connection.connection, None
    try:
        yield
    finally:
        connection.close()
        connection.connection = ours
