"""Single sign-on, against a small provider of OpenID Connect on loopback that signs its tokens."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.urls import reverse

from tracker.accounts import invitations
from tracker.models import User

pytestmark = pytest.mark.django_db
KEY, OTHER_KEY = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in "ab")
PUBLIC = jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key(), as_dict=True)


class _Provider(BaseHTTPRequestHandler):
    """Discovery, the keys, and the signed token and the claims of whoever `server.claims` says."""

    def do_GET(self):
        here = f"http://127.0.0.1:{self.server.server_port}"
        if self.path.startswith("/.well-known/"):
            places = {"authorization": "authorize", "token": "token", "userinfo": "userinfo"}
            self._answer(
                {"issuer": here, "jwks_uri": f"{here}/keys"}
                | {f"{name}_endpoint": f"{here}/{place}" for name, place in places.items()}
            )
        elif self.path == "/keys":
            self._answer({"keys": [PUBLIC | {"kid": "1", "use": "sig", "alg": "RS256"}]})
        else:
            self._answer(self.server.claims)

    def do_POST(self):
        asked = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.asked = parse_qs(asked)
        said = {
            "iss": f"http://127.0.0.1:{self.server.server_port}",
            "aud": "claimline",
            "sub": "7",
            "iat": int(time.time()),
            "exp": int(time.time()) + 60,
        } | self.server.token
        signed = jwt.encode(said, self.server.key, algorithm="RS256", headers={"kid": "1"})
        token = {"access_token": "a", "token_type": "Bearer", "id_token": signed}
        self._answer({k: v for k, v in token.items() if k not in self.server.missing})

    def _answer(self, said):
        body = json.dumps(said).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


@pytest.fixture
def provider(settings):
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Provider)
    server.key, server.token, server.missing = KEY, {}, ()
    server.claims = {"sub": "7", "email": "nora@news.example", "email_verified": True}
    threading.Thread(target=server.serve_forever, daemon=True).start()
    app = {
        "provider_id": "sso",
        "name": "Newsroom",
        "client_id": "claimline",
        "secret": "a secret of the test",
        "settings": {"server_url": f"http://127.0.0.1:{server.server_port}"},
    }
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}
    }
    yield server
    server.shutdown()
    server.server_close()


def through(client):
    """The way over the provider and back."""
    away = client.post(reverse("openid_connect_login", args=["sso"])).url
    state = parse_qs(urlsplit(away).query)["state"][0]
    back = reverse("openid_connect_callback", args=["sso"])
    return client.get(back, {"code": "c", "state": state})


def test_who_is_known_by_their_proven_address_is_let_in(client, provider, nora):
    User.objects.filter(pk=nora.pk).update(email="nora@news.example")
    through(client)
    assert client.get("/account/").context["user"] == nora
    assert "code_verifier" in provider.asked  # a stolen code is worth nothing


def test_an_address_the_provider_does_not_vouch_for_lets_nobody_in(client, provider, nora):
    User.objects.filter(pk=nora.pk).update(email="nora@news.example")
    provider.claims["email_verified"] = False
    through(client)
    assert client.get("/account/").status_code == 302


@pytest.mark.parametrize(
    "wrong",
    [
        {"key": OTHER_KEY},
        {"token": {"aud": "another site"}},
        {"token": {"iss": "https://evil.example"}},
        {"token": {"exp": 1}},
        {"token": {"sub": "8"}},
        {"missing": ("id_token",)},
    ],
    ids=["forged", "for another site", "of another issuer", "expired", "of another", "missing"],
)
def test_a_token_that_does_not_hold_lets_nobody_in(client, provider, nora, wrong):
    User.objects.filter(pk=nora.pk).update(email="nora@news.example")
    for name, value in wrong.items():
        setattr(provider, name, value)
    through(client)
    assert client.get("/account/").status_code == 302


def test_who_is_invited_joins_over_the_provider(client, provider, ada):
    invitations.invite("nora@news.example", "editor", [], ada)
    through(client)
    person = client.get("/account/").context["user"]
    assert (person.email, person.role) == ("nora@news.example", "editor")


def test_a_stranger_whom_nobody_invited_stays_outside(client, provider):
    through(client)
    assert client.get("/account/").status_code == 302
    assert not User.objects.exists()


def test_who_was_shut_out_stays_outside(client, provider, nora):
    User.objects.filter(pk=nora.pk).update(email="nora@news.example", is_active=False)
    through(client)
    assert client.get("/account/").status_code == 302


def test_a_made_up_way_back_lets_nobody_in(client, provider, nora):
    User.objects.filter(pk=nora.pk).update(email="nora@news.example")
    back = reverse("openid_connect_callback", args=["sso"])
    client.get(back, {"code": "c", "state": "invented"})
    assert client.get("/account/").status_code == 302


def test_the_sign_in_page_offers_it_where_it_is_configured(client, provider):
    assert "Sign in with Newsroom" in client.get("/sign-in/").text


def test_the_sign_in_page_does_not_offer_what_is_not_configured(client, db):
    assert "Sign in with" not in client.get("/sign-in/").text
