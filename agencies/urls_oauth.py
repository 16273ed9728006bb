"""The token endpoint. Machine clients only: no authorisation pages, no introspection."""

from django.urls import path
from oauth2_provider.views import RevokeTokenView, TokenView

app_name = "oauth2_provider"
urlpatterns = [
    path("token/", TokenView.as_view(), name="token"),
    path("revoke_token/", RevokeTokenView.as_view(), name="revoke-token"),
]
