"""The peers of pages: how the same is commonly written with Django, and nothing worse.

The model's own manager, related objects as the template meets them, `icontains`, `Paginator` with its count, and a new
database connection for each request, which is Django's default.
"""

from django.core.paginator import Paginator
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path

from common.clock import today
from records.models import CreditRecord, Subject

_SUBJECT = """{% extends "portal/base.html" %}{% block content %}<h1>{{ subject.shown_name }}</h1>
<p>{{ subject.uscc }} {{ subject.get_kind_display }} {{ count }}</p><table>
{% for record in records %}<tr><td><a href="/records/{{ record.pk }}/">{{ record.document_number }}</a></td>
<td>{{ record.item.name }}</td><td>{{ record.item.edition.name }}</td><td>{{ record.provider.name }}</td>
<td>{{ record.decision_date|date:"Y年n月j日" }}</td><td>{{ record.published_until|date:"Y年n月j日" }}</td>
<td>{{ record.regime.name }}</td><td>{{ record.tier.name }}</td></tr>{% endfor %}</table>{% endblock %}"""
_SEARCH = """{% extends "portal/base.html" %}{% block content %}<p>{{ page.paginator.count }}</p><table>
{% for subject in page %}<tr><td><a href="/subjects/{{ subject.public_id }}/">{{ subject.name }}</a></td>
<td>{{ subject.uscc }}</td><td>{{ subject.records.count }}</td></tr>{% endfor %}</table>{% endblock %}"""


def subject_page(request: HttpRequest, uscc: str) -> HttpResponse:
    """Everything published about the subject with this code."""
    at = today()
    subject = Subject.objects.get(uscc=uscc)
    records = CreditRecord.objects.filter(subject=subject, published_until__gte=at).exclude(ended_on__lte=at)
    context = {
        "subject": subject,
        "count": records.count(),
        "records": records.order_by("-decision_date", "-id")[:20],
    }
    return HttpResponse(engines["django"].from_string(_SUBJECT).render(context, request))


def search_page(request: HttpRequest) -> HttpResponse:
    """Subjects whose name contains what was typed, a page of twenty."""
    found = Subject.objects.filter(name__icontains=request.GET["q"]).order_by("pinyin", "id")
    page = Paginator(found, 20).get_page(1)
    return HttpResponse(engines["django"].from_string(_SEARCH).render({"page": page}, request))


# The platform's addresses and these; used as ROOT_URLCONF, so that both go through the same middleware.
urlpatterns = [
    path("naive/subjects/<str:uscc>/", subject_page),
    path("naive/search/", search_page),
    path("", include("hegang_credit.urls")),
]


def fresh_connection() -> None:
    """What each request of a default Django begins with."""
    connection.close()
