"""Forms of the sign-in pages: the library's, named in the words of the platform and without the label repeated in the field."""

from typing import Any

from allauth.account.forms import LoginForm
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm


class _InOurWords:
    fields: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
        if "code" in self.fields:
            self.fields["code"].label = "动态验证码"


class PlainLoginForm(_InOurWords, LoginForm):  # type: ignore[misc]
    """User name and password."""


class CodeForm(_InOurWords, AuthenticateForm):  # type: ignore[misc]
    """The one-time code at sign-in."""


class CodeAgainForm(_InOurWords, ReauthenticateForm):  # type: ignore[misc]
    """The one-time code once more, before something grave."""
