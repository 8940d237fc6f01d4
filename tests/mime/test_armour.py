import pytest

from tests.mime.making import TEXT, rendered
from tuimail.mime.links import LinkTable
from tuimail.mime.text import text_to_lines

SIGNED = (
    "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nsee you at noon\n"
    "-----BEGIN PGP SIGNATURE-----\nVersion: 1\n\niQEzBAEBCAAdFiEE\n=Ab1+\n-----END PGP SIGNATURE-----"
)
MESSAGE = "-----BEGIN PGP MESSAGE-----\n\nhQEMA+Zz/k==\n=abcd\n-----END PGP MESSAGE-----"


def roles(text):
    return [line.spans[0].role for line in text_to_lines(text, LinkTable())]


def test_a_signature_below_a_text_is_dim_and_the_text_is_not():
    assert roles(f"{SIGNED}\nbye") == [*["text"] * 4, *["dim"] * 6, "text"]


@pytest.mark.parametrize("front", ["", "> "])
def test_what_is_encrypted_is_dim_wherever_it_stands(front):
    quoted = "\n".join(front + line for line in MESSAGE.split("\n"))
    assert roles(f"see\n{quoted}\nbye") == ["text", *["dim"] * 5, "text"]


@pytest.mark.parametrize(
    "text",
    [
        MESSAGE.replace("=abcd", "send the money to Eve"),
        MESSAGE.replace("-----END PGP MESSAGE-----", "-----END PGP SIGNATURE-----"),
        MESSAGE.partition("-----END")[0],
        MESSAGE.replace("\n=abcd", "\n> =abcd"),
        "-----BEGIN PGP NONSENSE-----\nabcd\n-----END PGP NONSENSE-----",
    ],
)
def test_no_words_of_a_person_are_made_dim(text):
    assert "dim" not in roles(text)


def test_the_first_words_of_a_mail_are_not_its_armour():
    mail = rendered(TEXT + SIGNED.replace("\n", "\r\n"))
    assert "noon" in mail.snippet
    assert "iQEz" not in mail.snippet
    assert "iQEz" in mail.plain_text


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "unit", ["-----BEGIN PGP MESSAGE-----\n", "-----BEGIN PGP ", "A: " * 300 + "\n"]
)
def test_repeated_pieces_cost_linear_time(unit):
    roles("-----BEGIN PGP MESSAGE-----\n" + unit * (1024 * 1024 // len(unit)))
