import base64

import pytest

from tests.mime.making import HTML, TEXT, multipart, rendered, sentences, texts
from tuimail.model.caution import CautionKind, Weight
from tuimail.model.part import MailKind

PGP_SIGNATURE = "Content-Type: application/pgp-signature; name=signature.asc\r\n\r\nx"
SMIME_SIGNATURE = "Content-Type: application/pkcs7-signature; name=smime.p7s\r\n\r\nx"
OLD_SMIME_SIGNATURE = "Content-Type: application/x-pkcs7-signature; name=smime.p7s\r\n\r\nx"
PGP_VERSION = "Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1"
PGP_CONTENT = "Content-Type: application/octet-stream; name=encrypted.asc\r\n\r\nhQEMA"
PGP_KEYS = "Content-Type: application/pgp-keys; name=key.asc\r\n\r\nmQ"

ARMOURED = "-----BEGIN PGP MESSAGE-----\r\n\r\nhQEMA\r\n-----END PGP MESSAGE-----"
CLEAR_SIGNED = (
    "-----BEGIN PGP SIGNED MESSAGE-----\r\nHash: SHA256\r\n\r\nsee you at noon\r\n"
    "-----BEGIN PGP SIGNATURE-----\r\n\r\niQ\r\n-----END PGP SIGNATURE-----"
)
INLINE_KEY = "-----BEGIN PGP PUBLIC KEY BLOCK-----\r\n\r\nmQ\r\n-----END PGP PUBLIC KEY BLOCK-----"


def cms(oid_end):
    """Return the beginning of a CMS content of this type (RFC 5652), base64."""
    der = b"\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07" + bytes([oid_end]) + b"\xa0\x80"
    return base64.b64encode(der).decode()


def smime(media="pkcs7-mime", parameters="", content=""):
    coded = "Content-Transfer-Encoding: base64\r\n\r\n"
    return f"Content-Type: application/{media}{parameters}; name=smime.p7m\r\n{coded}{content}"


def signed(method):
    return f"This mail carries a signature ({method}), which was not checked and proves nothing."


def part_signed(method):
    return f"A part of this mail carries a signature ({method}), which was not checked and proves nothing."


ENCRYPTED = "{} is encrypted ({}) and cannot be read here."
WRAPPED = "{} lies within a signature ({}) and cannot be read here."
SEALED = "{} is encrypted or inside of a signature ({}) and cannot be read here."
KEYS = "Keys ({}) came with this mail; nothing was done with them."
WHOLE, PIECE = "This mail", "A part of this mail"

SHAPES = {
    "pgp signed": (multipart("signed", TEXT + "hi", PGP_SIGNATURE), MailKind.SIGNED, signed("PGP")),
    "pgp signed, told by the protocol alone": (
        multipart("signed", TEXT + "hi", more="; protocol=application/pgp-signature"),
        MailKind.SIGNED,
        signed("PGP"),
    ),
    "smime signed": (
        multipart("signed", TEXT + "hi", SMIME_SIGNATURE),
        MailKind.SIGNED,
        signed("S/MIME"),
    ),
    "smime signed, the old name": (
        multipart("signed", TEXT + "hi", OLD_SMIME_SIGNATURE),
        MailKind.SIGNED,
        signed("S/MIME"),
    ),
    "signed by something unknown": (
        multipart("signed", TEXT + "hi", "Content-Type: application/x-seal\r\n\r\nx"),
        MailKind.SIGNED,
        "This mail carries a signature, which was not checked and proves nothing.",
    ),
    "signed below a list's footer": (
        multipart(
            "mixed",
            multipart("signed", TEXT + "hi", PGP_SIGNATURE, boundary="c"),
            TEXT + "footer",
        ),
        MailKind.SIGNED,
        part_signed("PGP"),
    ),
    "clear-signed": (TEXT + CLEAR_SIGNED, MailKind.SIGNED, part_signed("PGP")),
    "clear-signed HTML": (
        HTML + f"<pre>{CLEAR_SIGNED}</pre>",
        MailKind.SIGNED,
        part_signed("PGP"),
    ),
    "pgp encrypted": (
        multipart("encrypted", PGP_VERSION, PGP_CONTENT),
        MailKind.ENCRYPTED,
        ENCRYPTED.format(WHOLE, "PGP"),
    ),
    "pgp encrypted, as Exchange leaves it": (
        multipart("mixed", TEXT, PGP_VERSION, PGP_CONTENT),
        MailKind.ENCRYPTED,
        ENCRYPTED.format(WHOLE, "PGP"),
    ),
    "encrypted by something unknown": (
        multipart("encrypted", "Content-Type: application/x-key\r\n\r\n1", PGP_CONTENT),
        MailKind.ENCRYPTED,
        "This mail is encrypted and cannot be read here.",
    ),
    "pgp inline": (TEXT + ARMOURED, MailKind.ENCRYPTED, ENCRYPTED.format(PIECE, "PGP")),
    "smime enveloped": (
        smime(parameters="; smime-type=enveloped-data"),
        MailKind.ENCRYPTED,
        ENCRYPTED.format(WHOLE, "S/MIME"),
    ),
    "smime enveloped, newer": (
        smime(parameters="; smime-type=authEnveloped-data"),
        MailKind.ENCRYPTED,
        ENCRYPTED.format(WHOLE, "S/MIME"),
    ),
    "smime enveloped, told by its content": (
        smime("x-pkcs7-mime", content=cms(3)),
        MailKind.ENCRYPTED,
        ENCRYPTED.format(WHOLE, "S/MIME"),
    ),
    "smime opaque signed": (
        smime(parameters="; smime-type=signed-data"),
        MailKind.SEALED,
        WRAPPED.format(WHOLE, "S/MIME"),
    ),
    "smime opaque signed, told by its content": (
        smime(content=cms(2)),
        MailKind.SEALED,
        WRAPPED.format(WHOLE, "S/MIME"),
    ),
    "smime that does not say what": (
        smime("x-pkcs7-mime", content="MIIB"),
        MailKind.SEALED,
        SEALED.format(WHOLE, "S/MIME"),
    ),
    "smime of a gateway that says only octets": (
        smime("octet-stream", content=cms(3)),
        MailKind.ENCRYPTED,
        ENCRYPTED.format(WHOLE, "S/MIME"),
    ),
    "smime in a part": (
        multipart("mixed", TEXT + "hi", smime(content=cms(3))),
        MailKind.ENCRYPTED,
        ENCRYPTED.format(PIECE, "S/MIME"),
    ),
    "certificates alone": (
        smime(parameters="; smime-type=certs-only"),
        MailKind.ORDINARY,
        KEYS.format("S/MIME"),
    ),
    "a key as a file": (
        multipart("mixed", TEXT + "hi", PGP_KEYS),
        MailKind.ORDINARY,
        KEYS.format("PGP"),
    ),
    "a key in the text": (TEXT + INLINE_KEY, MailKind.ORDINARY, KEYS.format("PGP")),
}


@pytest.mark.parametrize(("mail", "kind", "sentence"), SHAPES.values(), ids=SHAPES)
def test_a_seal_is_recognised_and_said_in_one_sentence(mail, kind, sentence):
    shown = rendered(mail)
    assert shown.kind is kind
    assert sentences(shown) == [sentence]
    assert all(caution.weight is Weight.NOTE for caution in shown.warnings)


def test_what_is_signed_within_and_what_is_keyed_are_both_said():
    mail = rendered(
        multipart("signed", multipart("mixed", TEXT + "hi", PGP_KEYS, boundary="c"), PGP_SIGNATURE)
    )
    assert sentences(mail) == [signed("PGP"), KEYS.format("PGP")]


@pytest.mark.parametrize("shape", SHAPES)
def test_no_sentence_claims_that_a_signature_is_good(shape):
    said = " ".join(sentences(rendered(SHAPES[shape][0]))).lower()
    assert not any(word in said for word in ("valid", "trusted", "verified", "genuine", "good"))


def test_a_quoted_seal_is_another_mails():
    quoted = "".join(f"> {line}\r\n" for line in CLEAR_SIGNED.split("\r\n"))
    mail = rendered(TEXT + "Ann wrote:\r\n" + quoted)
    assert mail.kind is MailKind.ORDINARY
    assert not mail.warnings


@pytest.mark.parametrize(
    "text",
    [
        "-----BEGIN PGP SIGNED MESSAGE----- and more",
        " -----BEGIN PGP MESSAGE-----",
        "-----BEGIN PGP PRIVATE KEY BLOCK-----",
        "-----BEGIN PGP " * 1_000,
    ],
)
def test_a_line_that_only_begins_like_a_seal_is_text(text):
    assert rendered(TEXT + text).kind is MailKind.ORDINARY


def test_what_is_for_programs_hangs_on_no_mail_and_what_can_be_saved_does():
    encrypted = rendered(multipart("encrypted", PGP_VERSION, PGP_CONTENT))
    assert [part.filename.raw for part in encrypted.attachments] == ["encrypted.asc"]
    keyed = rendered(multipart("mixed", TEXT + "hi", PGP_KEYS))
    assert [part.filename.raw for part in keyed.attachments] == ["key.asc"]
    sealed = rendered(smime("x-pkcs7-mime", content=cms(3)))
    assert [part.filename.raw for part in sealed.attachments] == ["smime.p7m"]


def test_seals_nested_deeper_than_parts_may_be_are_said_twice_at_most():
    nested = TEXT + "deep"
    for depth in range(60):
        nested = multipart("signed", nested, PGP_SIGNATURE, boundary=f"b{depth}x")
    mail = rendered(nested)
    assert mail.kind is MailKind.SIGNED
    assert {signed("PGP"), part_signed("PGP")} <= set(sentences(mail))
    assert len([c for c in mail.warnings if c.kind is CautionKind.SIGNED]) == 2


def partial(parameters, content):
    return f"Content-Type: message/partial; id=abc; {parameters}\r\n\r\n{content}"


def test_the_first_piece_of_a_mail_is_shown_as_the_mail_it_begins():
    mail = rendered(partial("number=1; total=3", "Subject: long story\r\n\r\nOnce upon a time"))
    assert texts(mail) == ["Subject: long story", "", "Once upon a time"]
    assert mail.kind is MailKind.PARTIAL
    assert sentences(mail) == [
        "This is piece 1 of 3 of a larger mail; the pieces are not put together here."
    ]


def test_a_later_piece_is_shown_as_it_is():
    mail = rendered(partial("number=2", "there was: a mail\r\nin pieces"))
    assert texts(mail) == ["there was: a mail", "in pieces"]
    assert sentences(mail) == [
        "This is piece 2 of a larger mail; the pieces are not put together here."
    ]


@pytest.mark.parametrize("parameters", ["", "number=x; total=-1", "number=" + "9" * 500])
def test_a_piece_that_counts_nonsense_is_still_shown(parameters):
    mail = rendered(partial(parameters, "words"))
    assert texts(mail) == ["words"]
    assert sentences(mail) == [
        "This is a piece of a larger mail; the pieces are not put together here."
    ]


def test_cve_2021_4126_a_signature_of_an_inner_part_is_not_shown_for_the_whole():
    inner = multipart("signed", TEXT + "true words", PGP_SIGNATURE, boundary="c")
    mail = rendered(multipart("mixed", TEXT + "pay me at once", inner))
    assert "pay me at once" in texts(mail)
    assert sentences(mail) == [part_signed("PGP")]
    digest = "Content-Type: message/rfc822\r\n\r\nSubject: in\r\n" + inner
    assert not sentences(rendered(multipart("mixed", TEXT + "pay me at once", digest)))
