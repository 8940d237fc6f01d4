from tuimail.mime.confusable import imitating_domain
from tuimail.mime.render import render_mail


def warnings(head: str) -> str:
    return " ".join(said.text for said in render_mail(f"{head}\r\n\r\nx".encode()).warnings)


def test_an_answer_that_goes_to_another_owner_is_warned_of():
    assert "evil.co.uk" in warnings("From: a@bank.co.uk\r\nReply-To: a@evil.co.uk")
    assert "evil.github.io" in warnings("From: a@bank.github.io\r\nReply-To: a@evil.github.io")


def test_an_answer_that_stays_with_the_owner_is_not():
    assert not warnings("From: a@news.bank.co.uk\r\nReply-To: a@bank.co.uk")
    assert not warnings("From: a@faß.de\r\nReply-To: a@mail.xn--fa-hia.de")


def test_a_domain_in_imitating_letters_is_shown_in_both_forms():
    assert imitating_domain("\u0430pple.com") == "\u0430pple.com (xn--pple-43d.com)"
    assert imitating_domain("xn--pple-43d.com") == "\u0430pple.com (xn--pple-43d.com)"
    assert imitating_domain("bücher.de") is None


def test_an_imitating_domain_that_cannot_be_looked_up_is_still_warned_of():
    assert imitating_domain("\u0430pple.\u2603.com") == "\u0430pple.\u2603.com"
