"""Form controls the platform uses again and again: amounts with a unit, dates, files with their limits said beforehand."""

from django.forms import DateInput, FileInput, NumberInput, TextInput

Attrs = dict[str, object]


class UnitTextInput(TextInput):
    """Text with a unit written after it, e.g. 工作日."""

    def __init__(self, unit: str, attrs: Attrs | None = None) -> None:
        super().__init__({"class": "input--short", **(attrs or {})})
        self.unit = unit


class UnitNumberInput(NumberInput):
    """A number with a unit written after it, e.g. 万元."""

    def __init__(self, unit: str, attrs: Attrs | None = None) -> None:
        super().__init__({"class": "input--short", "step": "any", "inputmode": "decimal", **(attrs or {})})
        self.unit = unit


class DayInput(DateInput):
    """The browser's own date control; it sends and shows ISO dates whatever the page's language."""

    input_type = "date"

    def __init__(self, attrs: Attrs | None = None) -> None:
        super().__init__({"class": "input--short", **(attrs or {})}, format="%Y-%m-%d")


class UploadInput(FileInput):
    """A file, with the kinds and the size in bytes that the browser can check before sending (the server checks again)."""

    def __init__(self, *, accept: str, max_bytes: int, attrs: Attrs | None = None) -> None:
        super().__init__({"accept": accept, "data-max-bytes": str(max_bytes), **(attrs or {})})
