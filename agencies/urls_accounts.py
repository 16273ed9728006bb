"""Sign-in, second factor, sign-out: the few of the library's pages that this platform uses. No sign-up, no e-mail."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from django.urls import path

urlpatterns = [
    path("login/", account.LoginView.as_view(), name="account_login"),
    path("logout/", account.LogoutView.as_view(), name="account_logout"),
    path(
        "password/",
        account.PasswordChangeView.as_view(success_url="/workbench/"),
        name="account_change_password",
    ),
    path("inactive/", account.AccountInactiveView.as_view(), name="account_inactive"),
    path("2fa/authenticate/", mfa.AuthenticateView.as_view(), name="mfa_authenticate"),
]
