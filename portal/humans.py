"""A person, not a program: characters in a picture, or a sum in words for whoever cannot see it. One answer, either will do.

Both challenges are rows of django-simple-captcha, used once. They are checked last, so that a mistake elsewhere in a form
does not cost the reader another picture, and asked again only after a wrong answer.
"""

import secrets
from typing import Any, Final, cast

from captcha.models import CaptchaStore
from django import forms
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from common.api import PublicThrottle

_DIGITS: Final = "零一二三四五六七八九"


class ErrandThrottle(PublicThrottle):
    """So many hand-ins and look-ups of cases per address, whatever the page."""

    scope = "errand"


def allowed(request: Any) -> bool:
    """Whether this address may hand in or look up once more within the window."""
    return ErrandThrottle().allow_request(request, None)  # type: ignore[arg-type]


def _sum_in_words() -> CaptchaStore:
    first, second = secrets.randbelow(8) + 2, secrets.randbelow(8) + 2
    question = f"{_DIGITS[first]}加{_DIGITS[second]}等于几"
    return CaptchaStore.objects.create(challenge=question, response=str(first + second))


class HumanMixin(forms.Form):
    """Adds the question to a form. `human_answer` fits the picture or the sum; each pair of keys is good for one hand-in."""

    human_picture = forms.CharField(widget=forms.HiddenInput, max_length=40, required=False)
    human_sum = forms.CharField(widget=forms.HiddenInput, max_length=40, required=False)
    human_answer = forms.CharField(
        label="验证答案",
        max_length=10,
        widget=forms.TextInput({"autocomplete": "off", "class": "input--short"}),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.is_bound and self._keys_hold():
            self.question = self._question()
        else:
            self.ask()

    def ask(self) -> None:
        """Put a new question."""
        CaptchaStore.remove_expired()
        picture, words = CaptchaStore.generate_key(), _sum_in_words()
        if self.is_bound:
            data = cast(QueryDict, self.data).copy()
            data[self.add_prefix("human_picture")] = picture
            data[self.add_prefix("human_sum")] = words.hashkey
            data[self.add_prefix("human_answer")] = ""
            self.data = data
        self.initial = {**self.initial, "human_picture": picture, "human_sum": words.hashkey}
        self.question = words.challenge

    def _key(self, name: str) -> str:
        return str(self.data.get(self.add_prefix(name), ""))[:40]

    def _keys_hold(self) -> bool:
        return bool(self._rows().count() == 2)

    def _rows(self) -> Any:
        keys = (self._key("human_picture"), self._key("human_sum"))
        return CaptchaStore.objects.filter(hashkey__in=keys, expiration__gt=timezone.now())

    def _question(self) -> str:
        return str(self._rows().get(hashkey=self._key("human_sum")).challenge)

    @property
    def picture_url(self) -> str:
        key = self._key("human_picture") if self.is_bound else str(self.initial["human_picture"])
        return reverse("captcha-image", args=[key])

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        answer = "".join(str(values.get("human_answer") or "").split()).lower()
        if self.errors:
            return values
        if not self._rows().filter(response=answer).exists():
            self.ask()
            self.add_error("human_answer", "答案不对，请重新填写图中的字符，或者算术题的答案")
        else:
            self._rows().delete()
        return values
