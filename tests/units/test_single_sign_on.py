"""统一身份认证 against a real OpenID Connect provider on loopback: in, out, and everything that is no log-in."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import threading
import time
from urllib.parse import parse_qs, urlencode, urlsplit

import oidc_provider_mock
import pytest
import requests
import werkzeug.serving
from django.test import Client
from django.urls import reverse
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from oidc_provider_mock._storage import User as ProviderUser
from oidc_provider_mock._storage import storage

from units import entering, factors, single_sign_on
from units.actions import factors as factor_actions
from units.models import ActivityEntry, SecondFactor, User

LOGIN, BEGIN, RETURN, END, HOME = (
    reverse(name) for name in ("units:login", "units:sso_begin", "units:sso_return", "units:sso_end", "reports:home")
)
PEOPLE = {
    "1": {"preferred_username": "zhao", "amr": ["pwd"]},
    "2": {"preferred_username": "ZHAO", "amr": ["pwd", "mfa"]},
    "3": {"preferred_username": "stranger"},
    "4": {},
    "5": {"preferred_username": "root"},
}
CLIENT = "duchatong"


class Provider:
    """The provider, which in addition insists on PKCE, and can be made to hand out a token of our making."""

    def __init__(self) -> None:
        users = [ProviderUser(sub=sub, claims=claims) for sub, claims in PEOPLE.items()]
        self.app = oidc_provider_mock.app(user_claims=users)
        self.server = werkzeug.serving.make_server("localhost", 0, self.answer, threaded=True)
        self.address = f"http://localhost:{self.server.server_port}"
        self.challenges: dict[str, str] = {}
        self.forge = None
        self.calls_itself = ""
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def answer(self, environ, start):
        if environ["PATH_INFO"] == "/.well-known/openid-configuration":
            return self.describe(environ, start)
        if environ["PATH_INFO"] != "/oauth2/token":
            return self.app(environ, start)
        body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        fields = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        digest = hashlib.sha256(fields.get("code_verifier", "").encode()).digest()
        if self.challenges.pop(fields.get("code"), None) != base64.urlsafe_b64encode(digest).decode().rstrip("="):
            start("400 Bad Request", [("Content-Type", "application/json")])
            return [b'{"error": "invalid_grant"}']
        environ["wsgi.input"] = io.BytesIO(body)
        if self.forge is None:
            return self.app(environ, start)
        kept: list = []
        answer = json.loads(b"".join(self.app(environ, lambda *head: kept.append(head))))
        answer["id_token"] = self.forge(answer["id_token"])
        start("200 OK", [("Content-Type", "application/json")])
        return [json.dumps(answer).encode()]

    def describe(self, environ, start):
        """Offer what careless providers offer: unsigned tokens, and such as anybody with the client secret can sign."""
        described = json.loads(b"".join(self.app(environ, lambda *_head: None)))
        described["issuer"] = self.calls_itself or described["issuer"]
        described["id_token_signing_alg_values_supported"] = ["none", "HS256", "RS256"]
        start("200 OK", [("Content-Type", "application/json")])
        return [json.dumps(described).encode()]

    def log_in(self, address: str, sub: str) -> str:
        """Log somebody in at the provider's page; return the address to which it sends the browser back."""
        answer = requests.post(address, data={"sub": sub}, allow_redirects=False, timeout=10)
        back = answer.headers["Location"]
        code = parse_qs(urlsplit(back).query).get("code", [""])[0]
        self.challenges[code] = parse_qs(urlsplit(address).query)["code_challenge"][0]
        return back


@pytest.fixture(scope="module")
def running():
    made = Provider()
    yield made
    made.server.shutdown()


@pytest.fixture
def provider(running, settings):
    running.forge, running.calls_itself = None, ""
    settings.OIDC_ISSUER, settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = running.address, CLIENT, "secret"
    single_sign_on._client.cache_clear()
    yield running
    single_sign_on._client.cache_clear()


def return_of(client, provider, sub, target="/jobs/") -> str:
    """Go to the provider, log in there, and return with which address of ours it sends the browser back."""
    away = client.get(BEGIN, {"next": target})
    assert away.status_code == 302
    assert away.url.startswith(provider.address)
    back = provider.log_in(away.url, sub)
    assert back.startswith(f"http://testserver{RETURN}")
    return back.removeprefix("http://testserver")


def sign_on(client, provider, sub="1", target="/jobs/"):
    return client.get(return_of(client, provider, sub, target))


def is_in(client) -> bool:
    return client.get(HOME).status_code == 200


def test_without_settings_there_is_none(client, db):
    assert "统一身份认证" not in client.get(LOGIN).content.decode()
    for address in (BEGIN, RETURN, END):
        assert client.get(address).url == LOGIN


def test_in_and_on_to_where_one_wanted_to_go(client, provider, zhao):
    assert f'href="{BEGIN}?next=/jobs/"' in client.get(LOGIN, {"next": "/jobs/"}).content.decode()
    away = client.get(BEGIN).url
    asked = {name: values[0] for name, values in parse_qs(urlsplit(away).query).items()}
    assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
    assert all(len(asked[name]) >= 20 for name in ("state", "nonce", "code_challenge"))
    assert sign_on(client, provider).url == "/jobs/"
    assert is_in(client)
    entry = ActivityEntry.objects.get(verb="units.user_login")
    assert entry.actor == zhao


def test_out_of_here_and_of_the_provider(client, provider, zhao):
    sign_on(client, provider)
    answer = client.post(reverse("units:logout"), follow=True)
    assert END in answer.content.decode()
    address = client.get(END).url
    assert address.startswith(f"{provider.address}/oauth2/end_session?")
    assert parse_qs(urlsplit(address).query)["post_logout_redirect_uri"] == [f"http://testserver{LOGIN}"]
    assert requests.get(address, timeout=10).status_code == 200


def test_it_never_leads_to_another_site(client, provider, zhao):
    assert sign_on(client, provider, target="https://evil.example/").url == reverse("home")


@pytest.mark.parametrize(("sub", "sentence"), [("3", "没有用户名为“stranger”的账号"), ("4", "没有给出用户名"), ("5", "初始账号")])
def test_who_has_no_account_for_it_is_told_what_to_do(client, provider, zhao, sub, sentence):
    User.objects.create_superuser(username="root", password="Test-pass-2026", display_name="首任")
    before = User.objects.count()
    answer = sign_on(client, provider, sub)
    assert answer.status_code == 403
    assert sentence in answer.content.decode()
    assert LOGIN in answer.content.decode()
    assert not is_in(client)
    assert User.objects.count() == before


def test_a_closed_account_stays_closed(client, provider, zhao):
    User.objects.update(is_active=False)
    assert "已停用" in sign_on(client, provider).content.decode()
    assert not is_in(client)
    assert ActivityEntry.objects.filter(verb="units.user_login_failed", object_id=str(zhao.pk)).exists()


def test_a_locked_account_stays_locked(client, provider, zhao):
    for _ in range(5):
        client.post(LOGIN, {"username": "zhao", "password": "wrong-Pass-1"})
    assert "已锁定" in sign_on(client, provider).content.decode()
    assert not is_in(client)


def test_a_password_that_is_not_used_need_not_be_changed(client, provider, zhao):
    User.objects.update(must_change_password=True)
    sign_on(client, provider)
    assert is_in(client)


@pytest.mark.parametrize(
    ("trusted", "sub", "asked"), [([], "2", True), (["mfa"], "1", True), (["mfa"], "2", False), (["always"], "1", False)]
)
def test_the_second_step_is_ours_unless_the_site_trusts_the_providers(client, provider, zhao, settings, trusted, sub, asked):
    settings.OIDC_FACTOR = trusted
    secret = factors.new_secret()
    factor_actions.enrol(zhao, secret=secret, typed=factors.code_at(secret, factors.step_now()))
    SecondFactor.objects.update(last_step=0)
    answer = sign_on(client, provider, sub)
    assert is_in(client) is not asked
    if asked:
        assert answer.url == reverse("units:factor_check")
        assert client.post(answer.url, {"code": factors.code_at(secret, factors.step_now())}).url == "/jobs/"
        assert client.session[entering.HOW] == entering.SINGLE_SIGN_ON


def test_who_must_have_a_second_factor_sets_it_up_without_a_password_of_ours(client, provider, zhao, xu):
    factor_actions.set_rules(["office"], by=xu)
    assert sign_on(client, provider).url.startswith(reverse("units:factor_enrol"))
    assert "当前密码" not in client.get(reverse("units:factor_enrol")).content.decode()


def test_a_return_that_nobody_began_is_no_log_in(client, provider, zhao):
    """Somebody else's code, handed to a visitor: the visitor would work in that account without knowing."""
    elsewhere = return_of(Client(), provider, "1")
    answer = client.get(elsewhere)
    assert answer.status_code == 403
    assert not is_in(client)


def test_a_return_counts_once(client, provider, zhao):
    back = return_of(client, provider, "1")
    assert client.get(back).status_code == 302
    client.post(reverse("units:logout"))
    assert client.get(back).status_code == 403
    assert not is_in(client)


def test_a_code_without_its_verifier_is_worth_nothing(client, provider, zhao):
    back = return_of(client, provider, "1")
    session = client.session
    key = next(key for key in session.keys() if key.startswith("_state_"))  # noqa: SIM118 -- a session is no dictionary
    state = session[key]
    state["data"]["code_verifier"] = "x" * 48
    session[key] = state
    session.save()
    assert client.get(back).status_code == 403


def test_a_refusal_at_the_provider_is_told(client, provider, zhao):
    client.get(BEGIN)
    state = next(key for key in client.session.keys() if key.startswith("_state_")).rpartition("_")[2]  # noqa: SIM118 -- a session is no dictionary
    answer = client.get(RETURN, {"error": "access_denied", "state": state})
    assert "没有通过" in answer.content.decode()


def claims_of(token: str) -> dict:
    body = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))


def by_somebody_else(token: str) -> str:
    return jwt.encode({"alg": "RS256"}, claims_of(token), RSAKey.generate_key(2048))


def with_the_client_secret(token: str) -> str:
    return jwt.encode({"alg": "HS256"}, claims_of(token), OctKey.import_key("secret" * 8))


def unsigned(token: str) -> str:
    head = base64.urlsafe_b64encode(b'{"alg":"none"}').decode().rstrip("=")
    return f"{head}.{token.split('.')[1]}."


def test_of_what_the_provider_offers_only_public_key_signatures_count(client, provider, zhao):
    sign_on(client, provider)
    assert single_sign_on._provider().server_metadata["id_token_signing_alg_values_supported"] == ["RS256"]


@pytest.mark.parametrize("forge", [by_somebody_else, with_the_client_secret, unsigned, lambda _token: "nonsense"])
def test_a_token_that_the_provider_did_not_sign_is_no_log_in(client, provider, zhao, forge):
    provider.forge = forge
    assert sign_on(client, provider).status_code == 403
    assert not is_in(client)


def signed_with(provider, change):
    """Return a maker of tokens that differ by ``change`` from the provider's, signed with its own key."""
    with provider.app.test_request_context("/"):
        provider.app.preprocess_request()
        key = RSAKey.import_key(storage.jwk.as_dict(is_private=True))
    return lambda token: jwt.encode({"alg": "RS256"}, claims_of(token) | change, key)


@pytest.mark.parametrize(
    ("change", "taken"),
    [
        ({}, True),
        ({"nonce": "other"}, False),
        ({"aud": "other"}, False),
        ({"iss": "https://other.example"}, False),
        ({"exp": int(time.time()) - 3600}, False),
    ],
)
def test_a_token_for_another_log_in_site_or_time_is_none(client, provider, zhao, change, taken):
    provider.forge = signed_with(provider, change)
    assert sign_on(client, provider).status_code == (302 if taken else 403)
    assert is_in(client) is taken


def test_a_provider_that_cannot_be_reached_leaves_the_password(client, provider, zhao, settings):
    settings.OIDC_ISSUER = "http://127.0.0.1:1"
    answer = client.get(BEGIN, follow=True)
    assert "暂时连不上" in answer.content.decode()
    assert "密码" in answer.content.decode()
    assert client.get(END).url == LOGIN


@pytest.mark.parametrize(("name", "begun"), [("", True), ("https://other.example", False)])
def test_a_provider_by_another_name_is_not_the_one(client, provider, zhao, name, begun):
    provider.calls_itself = name
    assert (client.get(BEGIN).url != LOGIN) is begun


@pytest.mark.parametrize("query", [{}, {"code": "x"}, {"state": "x"}, {"code": "²", "state": "9" * 3000}, {"error": "x" * 500}])
def test_nonsense_in_the_return_is_told_as_such(client, provider, db, query):
    assert client.get(f"{RETURN}?{urlencode(query)}").status_code == 403
