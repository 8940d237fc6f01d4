"""Replies in plain words, with a next step; never a guess."""

import pytest

from tuimail.outbox.explain import MAX_WORDS_CHARS, Stage, explain, no_longer_tried

WHO = "smtp.north.test"


@pytest.mark.parametrize(
    ("code", "enhanced", "text", "stage", "cause"),
    [
        (550, "5.1.1", "<x@y>: Recipient address rejected: User unknown", Stage.RCPT, "no such person"),
        (550, "5.1.1", "", Stage.RCPT, "no such person"),
        (550, "5.1.10", "RESOLVER.ADR.RecipientNotFound; not found", Stage.RCPT, "no such person"),
        (554, "5.7.1", "<x@y>: Relay access denied", Stage.RCPT, "not signed in"),
        (550, "5.7.1", "Relaying denied", Stage.RCPT, "not signed in"),
        (530, "5.7.57", "Client was not authenticated to send mail", Stage.MAIL, "not signed in"),
        (553, "5.7.1", "<a@b>: Sender address rejected: not owned by user x", Stage.MAIL, "may not send"),
        (554, "5.2.252", "SendAsDenied; a@b not allowed to send as c@d", Stage.DATA, "may not send"),
        (550, "5.4.5", "Daily user sending limit exceeded", Stage.MAIL, "limit of mails"),
        (554, "5.2.0", "SubmissionQuotaExceeded: submission quota exceeded", Stage.DATA, "limit of mails"),
        (452, "4.5.3", "Too many recipients", Stage.RCPT, "too many recipients"),
        (450, "4.2.0", "Greylisted, see http://x", Stage.RCPT, "wait some minutes"),
        (552, "5.2.2", "mailbox full", Stage.RCPT, "mailbox is full"),
        (452, "4.2.2", "The email account is out of storage space", Stage.RCPT, "mailbox is full"),
        (552, "5.3.4", "Message size exceeds fixed limit", Stage.MAIL, "too large"),
        (552, "", "", Stage.MAIL, "too large"),
        (552, "5.7.0", "Message contains illegal attachment", Stage.DATA, "kind of attachment"),
        (550, "5.7.26", "This mail is unauthenticated (SPF, DKIM)", Stage.DATA, "does not prove"),
        (554, "5.7.1", "Service unavailable; blocked using zen.spamhaus.org", Stage.RCPT, "server is blocked"),
        (554, "5.7.1", "message looks like spam", Stage.DATA, "for spam"),
        (450, "4.1.2", "Recipient address rejected: Domain not found", Stage.RCPT, "cannot be found just now"),
        (550, "5.1.2", "Domain not found", Stage.RCPT, "no such domain"),
        (556, "5.1.10", "Recipient address has null MX", Stage.RCPT, "takes no mail"),
        (551, "5.1.6", "User has moved", Stage.RCPT, "moved"),
        (550, "5.2.1", "disabled", Stage.RCPT, "closed"),
        (501, "5.1.7", "Bad sender address syntax", Stage.MAIL, "sender address"),
        (452, "4.3.1", "Insufficient system storage", Stage.MAIL, "out of space"),
        (451, "4.3.0", "Temporary failure", Stage.DATA, "trouble just now"),
        (550, "5.6.11", "bare LF not allowed", Stage.DATA, "malformed"),
        (550, "5.7.1", "refused", Stage.RCPT, "a rule of theirs"),
    ],
)  # fmt: skip
def test_a_reply_is_put_in_plain_words(code, enhanced, text, stage, cause) -> None:
    sentence = explain(code, enhanced, text, stage, WHO)
    assert cause in sentence
    assert sentence.startswith(WHO)


@pytest.mark.parametrize(
    ("code", "text", "stage"),
    [
        (550, "nope", Stage.RCPT),
        (552, "", Stage.DATA),
        (554, "Transaction failed", Stage.DATA),
        (550, "user unknown", Stage.DATA),
    ],
)
def test_what_is_not_known_is_not_guessed(code, text, stage) -> None:
    sentence = explain(code, "", text, stage, WHO)
    assert "gives no reason known here" in sentence
    assert sentence.endswith(f"They say: {code} {text}".rstrip())


def test_a_temporary_refusal_says_that_it_is_tried_again() -> None:
    assert "tried again by itself" in explain(471, "", "hm", Stage.RCPT, WHO)
    assert "did not take it yet" in explain(451, "4.3.0", "", Stage.RCPT, WHO)


def test_a_stranger_s_words_are_cut_and_cleaned() -> None:
    sentence = explain(550, "5.1.1", "\x1b]0;x\x07" + "y" * 5000, Stage.RCPT, WHO)
    assert sentence.isprintable()
    assert len(sentence) < 200 + MAX_WORDS_CHARS


def test_long_replies_are_read_quickly() -> None:
    for text in ("user " * 400, "message " * 250, "x" * 2000, "domain " * 285):
        explain(550, "5.7.1", text, Stage.RCPT, WHO)


@pytest.mark.parametrize("code", [450, 550])
def test_what_has_failed_for_good_is_not_said_to_be_tried_again(code) -> None:
    for enhanced, text in (("4.4.7", "delivery time expired"), ("4.2.0", "hm"), ("4.4.1", "")):
        sentence = explain(code, enhanced, text, Stage.REPORT, WHO)
        assert "tried again by itself" not in sentence
        assert "yet" not in sentence


def test_what_is_still_tried_is_said_so_whatever_the_code() -> None:
    sentence = explain(550, "4.4.1", "Connection timed out", Stage.DELAY, WHO)
    assert "did not take it yet: the recipient's server does not answer." in sentence
    assert "tried again by itself" in sentence


def test_the_step_decides_whose_fault_it_is() -> None:
    words = "<bob@south.test>: Relay access denied"
    assert "you are not signed in" in explain(554, "5.7.1", words, Stage.RCPT, WHO)
    assert "does not know that it is its own" in explain(554, "5.7.1", words, Stage.REPORT, WHO)


@pytest.mark.parametrize(
    ("code", "enhanced", "text"),
    [
        (451, "4.7.1", "Greylisted"), (452, "4.5.3", "too many recipients"), (471, "", "hm"),
        (450, "4.1.2", "Domain not found"), (451, "4.3.0", "It is tried again by itself."),
    ],
)  # fmt: skip
def test_what_is_given_up_is_not_said_to_be_tried_again(code, enhanced, text) -> None:
    trying = explain(code, enhanced, text, Stage.RCPT, WHO)
    assert "yet" in trying
    over = no_longer_tried(trying)
    ours, _, theirs = over.partition("They say: ")
    assert "yet" not in ours
    assert "by itself" not in ours
    assert "next round" not in ours
    assert theirs.endswith(text)
    final = explain(code, enhanced, text, Stage.REPORT, WHO)
    assert over == final
