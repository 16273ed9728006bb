"""How the fields of a filter bar stand: the two ends of a period side by side, on one line."""

from django import template
from django.forms import BaseForm, BoundField

register = template.Library()


@register.filter
def together(form: BaseForm) -> list[list[BoundField]]:
    """The visible fields in their order, `until` with the `since` before it."""
    groups: list[list[BoundField]] = []
    for field in form.visible_fields():
        if field.name == "until" and groups and groups[-1][0].name == "since":
            groups[-1].append(field)
        else:
            groups.append([field])
    return groups
