"""Field errors in the platform's own words.

Django says “这个字段是必填项。”; a reader is helped more by “请填写处罚决定日期”. The words are replaced when a field is
drawn, so every form has them without a base class; a message a form wrote itself is left alone.
"""

from django import forms
from django.core.exceptions import ValidationError

CHOOSING = (forms.Select, forms.CheckboxSelectMultiple, forms.RadioSelect, forms.FileInput)

# First field class that fits decides; codes are Django's.
INVALID: tuple[tuple[type[forms.Field], str], ...] = (
    (forms.DateTimeField, "请填写有效的日期和时间，例如 2026-11-22 09:00"),
    (forms.DateField, "请填写有效的日期，例如 2026-11-22"),
    (forms.DecimalField, "请填写数字，例如 0.2"),
    (forms.FloatField, "请填写数字，例如 0.2"),
    (forms.IntegerField, "请填写整数，例如 3"),
    (forms.EmailField, "请填写有效的电子邮箱地址"),
)


def plain_messages(bound: forms.BoundField, error: ValidationError) -> list[str]:
    """The messages of one validation error of a field, in plain words where Django's own would have stood."""
    words = _words(bound, error.code or "") if _is_standard(bound.field, error) else ""
    return [words] if words else [str(message) for message in error.messages]


def _is_standard(field: forms.Field, error: ValidationError) -> bool:
    """Whether the message is the one Django gives this kind of field, not one that the form or a rule wrote."""
    for kind in type(field).__mro__:
        messages = getattr(kind, "default_error_messages", {})
        if error.code in messages:
            return bool(error.message == messages[error.code])
    return False


def _words(bound: forms.BoundField, code: str) -> str:
    field = bound.field
    if code == "required":
        return f"{_verb(field.widget)}{bound.label}"
    if code == "invalid_choice":
        return "请从列出的选项中选择"
    if code == "invalid":
        return next((words for kind, words in INVALID if isinstance(field, kind)), "")
    return ""


def _verb(widget: forms.Widget) -> str:
    if isinstance(widget, forms.CheckboxInput):
        return "请确认："
    return "请选择" if isinstance(widget, CHOOSING) else "请填写"
