import re

import pytest

from tests.mime.making import TEXT, multipart, rendered, texts
from tuimail.mime.dsn import MAX_RECIPIENTS_SHOWN
from tuimail.model.glyphs import FORBIDDEN
from tuimail.model.part import MailKind

RETURNED = "Content-Type: text/rfc822-headers\r\n\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\nTo: u@v.example"


def recipient(address, action="failed", status="5.1.1", more=""):
    return (
        f"Final-Recipient: rfc822; {address}\r\nAction: {action}\r\nStatus: {status}\r\n{more}"
    ).rstrip("\r\n")


def report(*groups, kind="delivery-status", after=(RETURNED,)):
    blocks = "\r\n\r\n".join(("Reporting-MTA: dns; mx.example.net", *groups))
    status = f"Content-Type: message/{kind}\r\n\r\n{blocks}"
    return multipart("report", TEXT + "Sorry.", status, *after, more=f"; report-type={kind}")


def test_a_report_about_one_says_who_why_and_which_mail():
    mail = rendered(
        report(
            recipient(
                "u@v.example",
                more="Diagnostic-Code: smtp; 550 5.1.1 no such user\r\nRemote-MTA: dns; mx.v.example",
            )
        )
    )
    assert texts(mail) == [
        "Delivery report: failed for u@v.example (5.1.1)",
        "Says:    550 5.1.1 no such user (mx.v.example)",
        "About:   Grüße",
        "",
        "Sorry.",
    ]
    assert mail.kind is MailKind.REPORT


def test_a_report_about_several_names_each():
    groups = (
        recipient("a@v.example", more="Diagnostic-Code: smtp; 550 gone"),
        recipient("b@v.example", "delayed", "4.4.1"),
        recipient("c@v.example", "delivered", "2.0.0"),
    )
    assert texts(rendered(report(*groups)))[:6] == [
        "Delivery report",
        "         failed for a@v.example (5.1.1)",
        "Says:    550 gone (mx.example.net)",
        "         delayed for b@v.example (4.4.1)",
        "         delivered for c@v.example (2.0.0)",
        "About:   Grüße",
    ]


def test_of_very_many_recipients_some_are_named_and_the_rest_counted():
    groups = [recipient(f"u{n}@v.example") for n in range(900)]
    lines = texts(rendered(report(*groups)))
    assert sum("failed for" in line for line in lines) == MAX_RECIPIENTS_SHOWN
    assert f"(and {900 - MAX_RECIPIENTS_SHOWN} more recipients)" in lines


def test_a_report_below_a_footer_is_a_report():
    mail = rendered(
        multipart(
            "mixed",
            report(recipient("u@v.example")).replace("b", "c", 0),
            TEXT + "footer",
            boundary="outer",
        )
    )
    assert mail.kind is MailKind.REPORT
    assert texts(mail)[0] == "Delivery report: failed for u@v.example (5.1.1)"


def receipt(disposition, more=""):
    fields = f"Reporting-UA: host; Reader 1\r\nFinal-Recipient: rfc822; u@v.example\r\n{more}Disposition: {disposition}"
    status = f"Content-Type: message/disposition-notification\r\n\r\n{fields}"
    return multipart(
        "report", TEXT + "Read.", status, more="; report-type=disposition-notification"
    )


@pytest.mark.parametrize(
    ("disposition", "words"),
    [
        ("manual-action/MDN-sent-manually; displayed", "says that it showed the mail"),
        ("automatic-action/MDN-sent-automatically; deleted", "says that it deleted the mail"),
        ("manual-action/MDN-sent-manually; DISPLAYED/error", "says that it showed the mail"),
        ("automatic-action/MDN-sent-automatically; dispatched", "says: dispatched"),
    ],
)
def test_a_receipt_says_what_a_program_says(disposition, words):
    mail = rendered(receipt(disposition, "Original-Message-ID: <m1@example.org>\r\n"))
    assert mail.kind is MailKind.RECEIPT
    assert texts(mail)[:3] == [
        f"Read receipt: the program of u@v.example {words}",
        "Program: Reader 1",
        "About:   m1@example.org",
    ]


def test_a_receipt_without_its_part_is_still_one():
    mail = rendered(
        multipart("report", TEXT + "Read.", more="; report-type=disposition-notification")
    )
    assert mail.kind is MailKind.RECEIPT
    assert texts(mail) == ["Read receipt", "", "Read."]


def complaint(*fields):
    part = "Content-Type: message/feedback-report\r\n\r\n" + "\r\n".join(fields)
    returned = "Content-Type: message/rfc822\r\n\r\nSubject: buy now\r\n\r\nwords"
    return multipart(
        "report", TEXT + "A complaint.", part, returned, more="; report-type=feedback-report"
    )


def test_a_complaint_says_what_about_and_whose_mail():
    mail = rendered(
        complaint(
            "Feedback-Type: abuse",
            "User-Agent: Loop/1",
            "Version: 1",
            "Original-Mail-From: <news@example.net>",
            "Source-IP: 192.0.2.7",
            "Reported-Domain: example.net",
        )
    )
    assert mail.kind is MailKind.ABUSE
    assert texts(mail) == [
        "Complaint: abuse",
        "Source:  192.0.2.7",
        "Domain:  example.net",
        "Mail of: <news@example.net>",
        "About:   buy now",
        "",
        "A complaint.",
    ]
    assert [part.content_type for part in mail.attachments] == ["message/rfc822"]


def test_parts_of_a_report_outside_of_one_make_no_report():
    status = "Content-Type: message/delivery-status\r\n\r\n" + recipient("u@v.example")
    mail = rendered(multipart("mixed", TEXT + "hi", status))
    assert mail.kind is MailKind.ORDINARY
    assert texts(mail) == ["hi"]


def test_the_words_of_a_report_are_made_safe():
    evil = "=?utf-8?b?G10wO3B3bmVkBw==?="
    mail = rendered(
        report(
            recipient(
                f"{evil}@v.example", more=f"Diagnostic-Code: smtp; \x1b]0;x\x07 {evil} \u202egpj"
            )
        )
    )
    assert all(re.search(f"[{FORBIDDEN}]", line.text) is None for line in mail.lines)


@pytest.mark.parametrize(
    "block", ["", "\r\n" * 5_000, "Action:", "x" * 100_000, ":\r\n" * 5_000, "\0\r\n\r\n\0"]
)
def test_a_report_of_nonsense_is_shown_by_its_text(block):
    lines = texts(rendered(report(block)))
    assert lines[-1] == "Sorry."
