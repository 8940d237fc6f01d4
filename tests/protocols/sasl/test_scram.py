"""SCRAM-SHA-256: proven both ways, and what a hostile server may not get."""

import pytest

from tuimail.errors import Scope, SecretUnavailable
from tuimail.model.secret import Secret
from tuimail.protocols.sasl import ServerNotProven
from tuimail.protocols.sasl.scram import MAX_ITERATIONS, Scram

from .scram_server import LIES, ScramServer

NAME, PASSWORD = "al=ice,b@north.test", "pässwörd ünd"


def scram(password=PASSWORD, username=NAME, nonce=""):
    return Scram("mail.north.test", username, Secret(password), nonce)


def test_the_example_of_rfc_7677():
    one = scram("pencil", "user", "rOprNGfwEbeRWgbNEkqO")
    assert one.first() == b"n,,n=user,r=rOprNGfwEbeRWgbNEkqO"
    nonce = "rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"
    answer = one.answer(f"r={nonce},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096".encode())
    proof = "dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="
    assert answer == f"c=biws,r={nonce},p={proof}".encode()
    assert one.answer(b"v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=") == b""
    one.check()


@pytest.mark.parametrize("iterations", [4096, 15_000])
def test_a_right_password_is_proven_to_a_server_and_by_it(iterations):
    server, one = ScramServer(NAME, PASSWORD, iterations), scram()
    is_right, final = server.final(one.answer(server.first(one.first())))
    assert is_right
    assert one.answer(final) == b""
    one.check()


def test_each_exchange_has_a_nonce_of_its_own():
    assert len({scram().first() for _ in range(50)}) == 50


def test_a_wrong_password_is_told_by_the_server_and_believed():
    server, one = ScramServer(NAME, PASSWORD), scram("wrong")
    is_right, final = server.final(one.answer(server.first(one.first())))
    assert not is_right
    assert one.answer(final) == b""
    assert one.said == "invalid-proof"
    with pytest.raises(ServerNotProven):
        one.check()


@pytest.mark.parametrize("lie", LIES)
def test_a_server_that_lies_is_not_answered(lie):
    server, one = ScramServer(NAME, PASSWORD, lie=lie), scram()
    with pytest.raises(ServerNotProven) as found:
        one.answer(server.final(one.answer(server.first(one.first())))[1])
    assert found.value.scope is Scope.ACCOUNT
    with pytest.raises(ServerNotProven):
        one.check()


@pytest.mark.parametrize("final", [b"", b"v=", b"v=AAAA", b"v=!!", b"x=1", b"\xff"])
def test_a_final_message_that_proves_nothing_is_not_believed(final):
    server, one = ScramServer(NAME, PASSWORD), scram()
    one.answer(server.first(one.first()))
    with pytest.raises(ServerNotProven):
        one.answer(final)


def test_a_yes_without_a_proof_is_not_believed():
    server, one = ScramServer(NAME, PASSWORD), scram()
    with pytest.raises(ServerNotProven):
        one.check()
    one.answer(server.first(one.first()))
    with pytest.raises(ServerNotProven, match="without showing"):
        one.check()


def test_the_most_work_that_is_done_is_bounded():
    server, one = ScramServer(NAME, PASSWORD, MAX_ITERATIONS + 1), scram()
    with pytest.raises(ServerNotProven, match="1,000,001 times"):
        one.answer(server.first(one.first()))


@pytest.mark.parametrize("password", ["", "a\0b", "a\nb", "a\u0007", "\u0627\u0031"])
def test_a_password_that_cannot_be_prepared_is_said(password):
    with pytest.raises(SecretUnavailable):
        scram(password)


def test_two_ways_of_typing_a_password_are_one():
    server, one = ScramServer(NAME, "pa\u00e9 x"), scram("pa\u00ade\u0301\u00a0x")
    is_right, _ = server.final(one.answer(server.first(one.first())))
    assert is_right
