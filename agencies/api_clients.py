"""Machine clients: which scopes a client may ask for, and the check that a call carries the scope its view names."""

import hashlib
from typing import TYPE_CHECKING, Any, ClassVar, Final

from django.db.models import QuerySet
from django.http import HttpRequest
from oauth2_provider.contrib.rest_framework import OAuth2Authentication
from oauth2_provider.models import AbstractAccessToken, get_access_token_model
from oauth2_provider.oauth2_backends import OAuthLibCore
from oauth2_provider.oauth2_validators import OAuth2Validator
from oauth2_provider.scopes import BaseScopes
from oauth2_provider.settings import oauth2_settings
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from agencies.choices import Scope
from agencies.models import ApiClient
from common.frozen import Frozen

if TYPE_CHECKING:  # at run time rest_framework.views is still being imported when it reads the settings
    from rest_framework.views import APIView


class ClientScopes(BaseScopes):
    """A client gets the scopes registered for it and no other."""

    def get_all_scopes(self) -> dict[str, str]:
        return {scope.value: str(scope.label) for scope in Scope}

    def get_available_scopes(
        self, application: Any = None, request: Any = None, *args: Any, **kwargs: Any
    ) -> list[str]:
        return list(application.scopes) if isinstance(application, ApiClient) else []

    def get_default_scopes(
        self, application: Any = None, request: Any = None, *args: Any, **kwargs: Any
    ) -> list[str]:
        return self.get_available_scopes(application)


class TokenValidator(OAuth2Validator):
    """Loads a token with its client and the client's agency by one prepared statement of its own: every call of a machine begins
    with it, and composing the query by the ORM cost as much as answering a question."""

    def _load_access_token(self, token: str) -> AbstractAccessToken | None:
        return load_token(checksum(token))


# What calls of machines are judged by and registered under. The rest (the secret's hash among it) is fetched if anybody asks.
_NEEDED: Final = {
    "": "user expires scope resource",
    "application__": "client_id name scopes active",
    "application__agency__": "code name uscc region level sectors parent is_credit_authority active",
}


def _with_client(checksum: str) -> "QuerySet[AbstractAccessToken]":
    needed = [f"{place}{name}" for place, names in _NEEDED.items() for name in names.split()]
    rows: QuerySet[AbstractAccessToken] = get_access_token_model().objects.filter(token_checksum=checksum)
    return rows.select_related("application__agency").only(*needed)


_TOKEN: Final = Frozen("agencies_token", _with_client, checksum="text")


def checksum(token: str) -> str:
    """What a token is kept and looked for by."""
    return hashlib.sha256(token.encode()).hexdigest()


def load_token(checksum: str) -> AbstractAccessToken | None:
    """A token with its client and the client's agency."""
    found = _TOKEN.rows(checksum=checksum)
    return found[0] if found else None


def bearer(request: HttpRequest) -> str:
    """The token of a request that carries it as it should, otherwise nothing."""
    word, _, given = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    in_address = request.META.get("QUERY_STRING") and "access_token" in request.GET
    return given if word == "Bearer" and not in_address else ""


def is_in_order(token: Any, request: HttpRequest) -> bool:
    """Whether a token lets its client in without a question: valid now, for this place."""
    return bool(token.is_valid() and not token.resource and token.application.is_usable(request))


def permits(token: Any, scope: str) -> bool:
    """Whether the client of a token is in use, its agency as well, and the token has the scope."""
    client = getattr(token, "application", None)
    return bool(
        isinstance(client, ApiClient)
        and client.active
        and client.agency.active
        and token.allow_scopes([scope])
    )


class _HeaderOnly(OAuthLibCore):
    """Looks for the token in the header alone: the body may be a large upload that nobody has allowed yet."""

    def extract_body(self, request: HttpRequest) -> list[tuple[str, str]]:
        return []


class ClientAuthentication(OAuth2Authentication):
    """Bearer tokens of client credentials; `request.auth.application` is the ApiClient.

    An ordinary token in order is let through here. Whatever is out of the ordinary (none, expired, for one resource only, in the
    address) goes through the library, which knows every reason to refuse it and says so.
    """

    www_authenticate_realm = "credit"

    def authenticate(self, request: Request) -> tuple[object, object] | None:
        if given := bearer(request._request):
            token: Any = load_token(checksum(given))
            if token is not None and is_in_order(token, request._request):
                return token.user, token
        return self._by_the_library(request)

    def _by_the_library(self, request: Request) -> tuple[object, object] | None:
        server = oauth2_settings.OAUTH2_SERVER_CLASS(oauth2_settings.OAUTH2_VALIDATOR_CLASS())
        valid, answer = _HeaderOnly(server).verify_request(request, scopes=[])
        if valid:
            return answer.user, answer.access_token
        setattr(request, "oauth2_error", getattr(answer, "oauth2_error", {}))  # noqa: B010 - for the challenge header
        return None


class ScopeRequired(BasePermission):
    """Demands the scope named by the view's `scope`; a view that names none is refused (no scope, no way in)."""

    message: ClassVar[str] = "本客户端没有调用此接口的权限"

    def has_permission(self, request: Request, view: "APIView") -> bool:
        scope = getattr(view, "scope", None)
        token: Any = request.auth  # an access token of the OAuth2 library, which has no types
        return scope is not None and token is not None and permits(token, scope)


def client_of(request: Request) -> ApiClient:
    """The authenticated client of a request that passed `ScopeRequired`."""
    client = getattr(request.auth, "application", None)
    if not isinstance(client, ApiClient):  # pragma: no cover - the permission class let it through
        raise TypeError("request carries no API client")
    return client
