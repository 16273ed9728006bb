"""The filters an officer keeps, under the filter bar of a list: `{% saved_filters "case-list" %}`."""

from django import template
from django.template.context import RequestContext

from agencies.saved_filters import kept_for, plain_query

register = template.Library()


@register.inclusion_tag("components/saved_filters.html", takes_context=True)
def saved_filters(context: RequestContext, page: str) -> dict[str, object]:
    """Links to the officer's filters of this list; the one in use may be given a name, or forgotten."""
    request = context["request"]
    query = plain_query(request.GET.urlencode(), page)
    kept = kept_for(request.user, page)
    return {
        "page": page,
        "query": query,
        "kept": kept,
        "current": next((one for one in kept if one.query == query), None),
        "csrf_token": context.get("csrf_token"),
    }
