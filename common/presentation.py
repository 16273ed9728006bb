"""What every page needs to be drawn: names, face, navigation, display preferences, and how forms look.

`shell` is the context processor (allauth has a `site` of its own on the sign-in pages). It reads settings, the path and two cookies, never the session or the user, so that a
portal page stays free of `Vary: Cookie` by accident of its shell. Forms are drawn by `CreditFormRenderer`: any Django
form written as `{{ form }}` or `{{ field.as_field_group }}` gets label, hint, error, unit and ARIA wiring by itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Final, Literal
from urllib.parse import quote, urlencode

from django.conf import settings
from django.forms import BoundField, CheckboxInput
from django.forms import __file__ as forms_package
from django.forms.renderers import DjangoTemplates
from django.http import HttpRequest
from django.template.backends.django import DjangoTemplates as TemplateBackend
from django.urls import NoReverseMatch, get_script_prefix, get_urlconf, reverse

from common.form_errors import plain_messages

Face = Literal["portal", "workbench"]

DISPLAY_COOKIE = "display"
SHORTCUT_COOKIE = "shortcuts"
ELDER = "elder"
OFF = "off"
_PLACE: Final = "90071992547"  # stands for the value while an address is looked up

# (words, URL name). An entry whose page is not installed is left out.
PORTAL_NAV: Sequence[tuple[str, str]] = (
    ("首页", "portal:home"),
    ("查信用", "portal:search"),
    ("行政处罚", "portal:penalties"),
    ("行政许可", "portal:licences"),
    ("严重失信名单", "portal:lists"),
    ("信用目录", "portal:catalog"),
    ("惩戒措施", "portal:measures"),
    ("信用修复", "portal:repair"),
    ("信用动态", "portal:news"),
    ("公开透明", "portal:transparency"),
)
WORKBENCH_NAV: Sequence[tuple[str, str]] = (
    ("工作台首页", "workbench:home"),
    ("数据报送", "workbench:batch-list"),
    ("信用记录", "workbench:record-list"),
    ("信用主体", "workbench:subject-list"),
    ("查询使用", "workbench:purpose-list"),
    ("自然人同意", "workbench:consent-list"),
    ("名单认定", "workbench:case-list"),
    ("惩戒与激励", "workbench:measure-list"),
    ("修复与异议", "workbench:repair-list"),
    ("目录管理", "workbench:catalog"),
    ("省平台交换", "workbench:exchange"),
    ("留痕账本", "workbench:ledger"),
    ("监督考核", "workbench:supervision"),
)


@dataclass(frozen=True, slots=True)
class NavItem:
    """One entry of the main navigation."""

    label: str
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class Shell:
    """The frame of a page as templates see it (`{{ shell.name }}`, `{{ shell.elder }}` …)."""

    name: str
    platform: str
    authority: str
    face: Face
    elder: bool
    shortcuts: bool
    nav: Sequence[NavItem]
    portal_url: str
    workbench_url: str
    display_url: str
    shortcuts_url: str

    @property
    def title(self) -> str:
        return self.name if self.face == "portal" else self.platform

    @property
    def home_url(self) -> str:
        return self.portal_url if self.face == "portal" else self.workbench_url


def shell(request: HttpRequest) -> dict[str, object]:
    """Context processor: the `shell` variable of every template."""
    face = face_of(request.path)
    elder = request.COOKIES.get(DISPLAY_COOKIE) == ELDER
    shortcuts = request.COOKIES.get(SHORTCUT_COOKIE) != OFF
    return {
        "shell": Shell(
            name=settings.CREDIT_SITE_NAME,
            platform=settings.CREDIT_PLATFORM_NAME,
            authority=settings.CREDIT_AUTHORITY_NAME,
            face=face,
            elder=elder,
            shortcuts=shortcuts,
            nav=navigation(face, request.path),
            portal_url=url_or_blank("portal:home") or "/",
            workbench_url=url_or_blank("workbench:home") or "/workbench/",
            display_url=_preference_url(request, mode="standard" if elder else ELDER),
            shortcuts_url=_preference_url(request, shortcuts=OFF if shortcuts else "on")
            if face == "workbench"
            else "",
        )
    }


def face_of(path: str) -> Face:
    """Officers' pages and sign-in wear the workbench face, everything else the portal's."""
    return "workbench" if path.startswith(("/workbench/", "/accounts/")) else "portal"


def url_or_blank(name: str) -> str:
    """The address of a URL name, or "" where that page is not installed."""
    return _address(name, *_installed())


def address_of(name: str, value: int | str) -> str:
    """`reverse(name, args=[value])` for the many links of a list; the name is looked up once."""
    before, after = _around(name, *_installed())
    return f"{before}{quote(str(value), safe='')}{after}"


def _installed() -> tuple[str, str]:
    """What an address depends on besides its name: the table of addresses and where the site is mounted."""
    return get_urlconf() or settings.ROOT_URLCONF, get_script_prefix()


@lru_cache(maxsize=512)
def _address(name: str, _urlconf: str, _prefix: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


@lru_cache(maxsize=512)
def _around(name: str, _urlconf: str, _prefix: str) -> tuple[str, str]:
    before, _, after = reverse(name, args=[_PLACE]).rpartition(_PLACE)
    return before, after


def navigation(face: Face, path: str) -> tuple[NavItem, ...]:
    """Main navigation of a face, with the entry the reader is in marked."""
    entries = PORTAL_NAV if face == "portal" else WORKBENCH_NAV
    found = [(label, url) for label, name in entries if (url := url_or_blank(name))]
    return tuple(
        NavItem(label, url, is_within(path, url, exact=index == 0))
        for index, (label, url) in enumerate(found)
    )


def is_within(path: str, url: str, *, exact: bool = False) -> bool:
    """Whether `path` is the page at `url` or, unless `exact`, one below it."""
    return path == url if exact else path.startswith(url)


def _preference_url(request: HttpRequest, **wanted: str) -> str:
    """Address of the plain link that changes a display preference and comes back here; no script is involved."""
    address = url_or_blank("display-preferences")
    return f"{address}?{urlencode({**wanted, 'next': request.get_full_path()})}" if address else ""


class CreditBoundField(BoundField):
    """A form field that knows its unit, its mark and where an error link must lead."""

    @property
    def unit(self) -> str:
        """Unit shown after the control, e.g. 万元 (see `common.widgets`)."""
        return str(getattr(self.field.widget, "unit", ""))

    @property
    def is_single_checkbox(self) -> bool:
        return isinstance(self.field.widget, CheckboxInput)

    @property
    def shows_mark(self) -> bool:
        """必填 is only written where required and optional fields stand together."""
        return self.field.required and any(not bound.field.required for bound in self.form.visible_fields())

    @property
    def plain_errors(self) -> list[str]:
        """The field's errors in the platform's words: what is wrong and how to put it right."""
        return [message for error in self.errors.as_data() for message in plain_messages(self, error)]

    @property
    def summary_errors(self) -> list[str]:
        """The same for the error summary, where the reader does not see the label beside them."""
        return [
            words if str(self.label) in words else f"{self.label}：{words}" for words in self.plain_errors
        ]

    @property
    def error_target(self) -> str:
        """Element id that the error summary links to: the control, or the first choice of a group."""
        if self.field.widget.use_fieldset and self.subwidgets:
            return str(self.subwidgets[0].id_for_label)
        return self.id_for_label or ""

    @property
    def aria_describedby(self) -> str | None:
        described = super().aria_describedby
        if self.unit and self.auto_id and described is not None:
            return f"{described} {self.auto_id}_unit".strip()
        return described


class CreditFormRenderer(DjangoTemplates):
    """Draws forms with `templates/forms/`; widget templates not found there are Django's own."""

    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"
    bound_field_class = CreditBoundField

    @cached_property
    def engine(self) -> TemplateBackend:
        return TemplateBackend(
            {
                "APP_DIRS": True,
                "DIRS": [settings.BASE_DIR / "templates", Path(forms_package).parent / "templates"],
                "NAME": "credit-forms",
                "OPTIONS": {"builtins": ["common.templatetags.credit"]},
            }
        )
