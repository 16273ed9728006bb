"""A form field for files people hand in: its value is a `CheckedFile`, its errors say what is wrong with the file."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from common.files.check import EVIDENCE, EXTENSIONS, CheckedFile, check
from common.files.errors import FileRefused
from common.widgets import UploadInput


class CheckedFileField(forms.FileField):
    """Refusals of `common.files.check` become the field's error, with the same code and sentence."""

    def __init__(self, *, allowed: frozenset[str] = EVIDENCE, **options: Any) -> None:
        accept = ",".join(f".{ending}" for kind in sorted(allowed) for ending in sorted(EXTENSIONS[kind]))
        options.setdefault("widget", UploadInput(accept=accept, max_bytes=settings.FILE_MAX_BYTES))
        super().__init__(**options)
        self._allowed = allowed

    def clean(self, data: Any, initial: Any = None) -> CheckedFile | None:
        upload = super().clean(data, initial)
        if not upload:
            return None
        try:
            return check(upload, allowed=self._allowed)
        except FileRefused as refused:
            raise ValidationError(refused.detail, code=refused.code) from None
