"""The addresses of signing in and of one's own account."""

from __future__ import annotations

from django.urls import path

from . import look_as, own, sign_in, sso, tokens

urlpatterns = [
    path("sign-in", sign_in.sign_in, name="sign-in"),
    path("sign-in/code", sign_in.code, name="account-code"),
    # The library finds its own two views by these names.
    path("sign-in/sso/<slug:provider_id>", sso.start, name="openid_connect_login"),
    path("sign-in/sso/<slug:provider_id>/callback", sso.callback, name="openid_connect_callback"),
    path("sign-out", sign_in.sign_out, name="sign-out"),
    path("account", own.home, name="account"),
    path("account/password", own.password, name="account-password"),
    path("account/second-factor", own.second_factor, name="account-second-factor"),
    path("account/second-factor/codes", own.second_factor_codes, name="account-codes"),
    path("account/second-factor/end", own.second_factor_end, name="account-factor-end"),
    path("view-as", look_as.start, name="view-as"),
    path("view-as/end", look_as.end, name="view-as-end"),
    path("oauth/token", tokens.token, name="oauth-token"),
    path("oauth/revoke", tokens.revoke, name="oauth-revoke"),
]
