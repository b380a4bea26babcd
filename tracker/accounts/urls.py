"""The addresses of signing in and of one's own credentials, which allauth answers."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.socialaccount import views as social
from allauth.socialaccount.providers.openid_connect import views as oidc
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LogoutView
from django.urls import URLPattern, path, re_path

from tracker.accounts import sso
from tracker.views.account import account as own
from tracker.views.invited import closed

# Some addresses have two names: ours, and the one by which allauth leads there. What is left out
# of allauth is not offered: registering, changing one's address, passkeys, codes by e-mail.
urlpatterns: list[URLPattern] = [
    path("sign-in/", account.login, name="sign-in"),
    path("sign-in/", account.login, name="account_login"),
    path("sign-in/code/", mfa.authenticate, name="mfa_authenticate"),
    path("sign-in/inactive/", account.account_inactive, name="account_inactive"),
    path("sign-in/uninvited/", closed, name="account_signup"),
    path("sign-in/uninvited/", closed, name="socialaccount_signup"),
    path("sign-in/cancelled/", social.login_cancelled, name="socialaccount_login_cancelled"),
    path(
        "sign-in/error/", login_not_required(social.login_error), name="socialaccount_login_error"
    ),
    path("sign-in/<slug:provider_id>/", oidc.login, name="openid_connect_login"),
    path("sign-in/<slug:provider_id>/callback/", sso.callback, name="openid_connect_callback"),
    path("sign-out/", LogoutView.as_view(), name="sign-out"),
    path("sign-out/", LogoutView.as_view(), name="account_logout"),
    path("account/", own, name="account_email"),
    path("account/", own, name="mfa_index"),
    path("account/", own, name="usersessions_list"),
    path("account/", own, name="socialaccount_connections"),
    path("account/confirm/", account.reauthenticate, name="account_reauthenticate"),
    path("account/confirm/code/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("account/password/", account.password_change, name="account_change_password"),
    path("account/password/first/", account.password_set, name="account_set_password"),
    path("account/app/", totp.activate_totp, name="mfa_activate_totp"),
    path("account/app/remove/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("account/codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("account/codes/new/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("account/codes/file/", codes.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("password/", account.password_reset, name="account_reset_password"),
    path("password/sent/", account.password_reset_done, name="account_reset_password_done"),
    path(
        "password/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    re_path(
        "^password/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
]
