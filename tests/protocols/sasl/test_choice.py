"""One mechanism is chosen, before anything secret is said."""

import pytest

from tuimail.errors import SecretUnavailable
from tuimail.model.account import Auth, Security, Server
from tuimail.model.secret import Secret
from tuimail.protocols.sasl import mechanism_for
from tuimail.protocols.sasl.bearer import OAuthBearer, XOAuth2
from tuimail.protocols.sasl.plain import Login, Plain

ALL = {"SCRAM-SHA-256", "SCRAM-SHA-1", "PLAIN", "LOGIN", "XOAUTH2", "OAUTHBEARER", "CRAM-MD5"}


def chosen(auth, offered, secret="canary"):
    server = Server("mail.north.test", 993, Security.TLS, "al,i=ce", None, auth)
    mechanism = mechanism_for(server, Secret(secret), offered)
    return mechanism.name if mechanism is not None else None


@pytest.mark.parametrize(
    ("auth", "without", "name"),
    [
        (Auth.PASSWORD, set(), "SCRAM-SHA-256"),
        (Auth.PASSWORD, {"SCRAM-SHA-256"}, "PLAIN"),
        (Auth.PASSWORD, {"SCRAM-SHA-256", "PLAIN"}, "LOGIN"),
        (Auth.PASSWORD, {"SCRAM-SHA-256", "PLAIN", "LOGIN"}, None),
        (Auth.PLAIN, set(), "PLAIN"),
        (Auth.PLAIN, {"PLAIN"}, "LOGIN"),
        (Auth.OAUTH2, set(), "OAUTHBEARER"),
        (Auth.OAUTH2, {"OAUTHBEARER"}, "XOAUTH2"),
        (Auth.OAUTH2, {"OAUTHBEARER", "XOAUTH2"}, None),
    ],
)
def test_the_best_that_fits_the_secret_is_taken(auth, without, name):
    assert chosen(auth, ALL - without) == name


def test_a_token_goes_as_each_form_wants_it():
    token = Secret("ya29.canary")
    assert XOAuth2("a@b", token).first() == b"user=a@b\x01auth=Bearer ya29.canary\x01\x01"
    bearer = OAuthBearer("a,b=c@d", token)
    assert bearer.first() == b"n,a=a=2Cb=3Dc@d,\x01auth=Bearer ya29.canary\x01\x01"


@pytest.mark.parametrize("text", ["two words", "line\x01", "tökén", "a\tb"])
def test_what_is_no_token_is_never_sent(text):
    with pytest.raises(SecretUnavailable) as found:
        chosen(Auth.OAUTH2, ALL, text)
    assert text not in found.value.hint


@pytest.mark.parametrize("offered", [{"SCRAM-SHA-256"}, {"PLAIN"}, {"LOGIN"}])
def test_a_password_with_nul_is_never_sent(offered):
    with pytest.raises(SecretUnavailable):
        chosen(Auth.PASSWORD, offered, "a\0b")


@pytest.mark.parametrize(
    "told",
    [b"", b"{", b"[]", b"null", b"\xff", b'{"status": 400}', b"[" * 100_000, b'{"a":' * 50_000],
)
def test_a_refusal_that_cannot_be_read_is_answered_all_the_same(told):
    for kind, answer in ((XOAuth2, b""), (OAuthBearer, b"\x01")):
        one = kind("a@b", Secret("token"))
        assert one.answer(told) == answer
        assert one.said == ""


@pytest.mark.parametrize("name", ["a\0b", "\0"])
@pytest.mark.parametrize("mechanism", [Plain, Login])
def test_a_name_with_nul_is_never_sent(mechanism, name):
    with pytest.raises(SecretUnavailable):
        mechanism(name, Secret("p"))


def test_plain_and_login_send_what_was_typed():
    assert Plain("ü", Secret("p")).first() == "\0ü\0p".encode()
    login = Login("ü", Secret("p"))
    assert login.first() is None
    assert [login.answer(b"?") for _ in range(3)] == ["ü".encode(), b"p", None]


def test_a_server_that_repeats_the_token_as_its_reason_is_not_quoted():
    for told in (b'{"status": "tok3n"}', b'{"status": "what is tok3n?"}', b'{"status": ""}'):
        one = XOAuth2("a@b", Secret("tok3n"))
        one.answer(told)
        assert one.said == ""
    for word in ("invalid_token", "401"):
        one.answer(f'{{"status": "{word}"}}'.encode())
        assert one.said == word
