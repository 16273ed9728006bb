"""The interface document: how it describes the sign-in of machine clients, and that it is made once; imported by the address table."""

from functools import lru_cache
from typing import Any

from django.utils.translation import get_language
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema

from agencies.choices import Scope


class ClientCredentials(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """OAuth2 client credentials, each operation with the scope its view demands."""

    target_class = "agencies.api_clients.ClientAuthentication"
    name = "clientCredentials"

    def get_security_requirement(self, auto_schema: AutoSchema) -> dict[str, list[str]]:
        scope = getattr(auto_schema.view, "scope", None)
        return {self.name: [str(scope)] if scope else []}

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        scopes = {scope.value: str(scope.label) for scope in Scope}
        flow = {"tokenUrl": "/oauth/token/", "scopes": scopes}
        return {"type": "oauth2", "flows": {"clientCredentials": flow}}


@lru_cache(maxsize=4)
def _made(language: str | None) -> Any:
    return SchemaGenerator().get_schema(public=True)  # type: ignore[no-untyped-call]


class MadeOnce(SchemaGenerator):
    """The same for everybody for as long as the process lives, and a tenth of a second to make."""

    def get_schema(self, request: object = None, public: bool = True) -> Any:
        return _made(get_language())
