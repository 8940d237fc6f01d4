"""Which mail may change what was answered: versions, cancellations, and those who forge them."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.mime.test_invitation import calendar
from tuimail.mime.invitation import invitation_of
from tuimail.model.appointment import Appointment, Standing, instance_of, standing_of
from tuimail.model.ids import AccountName
from tuimail.model.invitation import Answer

ADA, EVE = "ada@far.example", "eve@evil.example"
STAMP = datetime(2026, 3, 1, tzinfo=UTC)
KNOWN = Appointment(
    AccountName("home"), "plan@far.example", "", 2, int(STAMP.timestamp()), ADA, "Plan",
    Answer.ACCEPTED,
)  # fmt: skip
OFF = replace(KNOWN, is_cancelled=True)


def mail(method="REQUEST", sequence=2, organizer=ADA, stamp="20260301T000000Z", *more):
    return invitation_of(
        calendar(
            f"SEQUENCE:{sequence}",
            f"ORGANIZER:mailto:{organizer}",
            f"DTSTAMP:{stamp}",
            "DTSTART:20260310T080000Z",
            *more,
            method=method,
        )
    )


LATER = "20260302T000000Z"
EARLIER = "20260228T000000Z"


@pytest.mark.parametrize(
    ("invitation", "sender", "known", "standing"),
    [
        (mail(), ADA, None, Standing.NEW),
        (mail(), EVE, None, Standing.FOREIGN),
        (mail(), None, None, Standing.FOREIGN),
        (mail("CANCEL"), ADA, None, Standing.CANCELS),
        (mail("CANCEL"), EVE, None, Standing.FOREIGN),
        (mail(), ADA, KNOWN, Standing.SAME),
        (mail(stamp=LATER), ADA, KNOWN, Standing.SAME),
        (mail(sequence=3), ADA, KNOWN, Standing.CHANGED),
        (mail(sequence=3, stamp=EARLIER), ADA, KNOWN, Standing.CHANGED),
        (mail(sequence=1, stamp=LATER), ADA, KNOWN, Standing.OUTDATED),
        (mail(stamp=EARLIER), ADA, KNOWN, Standing.OUTDATED),
        (mail("CANCEL", 3), ADA, KNOWN, Standing.CANCELS),
        (mail("CANCEL", 2), ADA, KNOWN, Standing.CANCELS),
        (mail("CANCEL", 1), ADA, KNOWN, Standing.OUTDATED),
        (mail("CANCEL", 3), EVE, KNOWN, Standing.FORGED),
        (mail("CANCEL", 3), None, KNOWN, Standing.FORGED),
        (mail("CANCEL", 3, EVE), EVE, KNOWN, Standing.FORGED),
        (mail("CANCEL", 3, EVE), ADA, KNOWN, Standing.FORGED),
        (mail("REQUEST", 3, EVE), EVE, KNOWN, Standing.FORGED),
        (mail("REQUEST", 3), EVE, KNOWN, Standing.FORGED),
        (mail("REQUEST", 2, ADA, "20260301T000000Z", "STATUS:CANCELLED"), ADA, KNOWN,
         Standing.CANCELS),
        (mail("CANCEL", 2), ADA, OFF, Standing.OFF),
        (mail("REQUEST", 2), ADA, OFF, Standing.OFF),
        (mail("REQUEST", 1), ADA, OFF, Standing.OUTDATED),
        (mail("REQUEST", 3), ADA, OFF, Standing.CHANGED),
        (mail("REQUEST", 3), EVE, OFF, Standing.FORGED),
        (mail("PUBLISH", 9), ADA, KNOWN, Standing.OTHER),
        (mail("REPLY", 9), EVE, KNOWN, Standing.OTHER),
        (mail("", 9), ADA, KNOWN, Standing.OTHER),
    ],
)  # fmt: skip
def test_what_a_mail_is_about_an_event(invitation, sender, known, standing):
    assert standing_of(invitation, sender, known) is standing


def test_an_event_without_an_organiser_is_nobodys():
    nobody = invitation_of(calendar("DTSTART:20260310T080000Z"))
    assert standing_of(nobody, "", None) is Standing.FOREIGN
    assert standing_of(nobody, "", replace(KNOWN, organizer="")) is Standing.FORGED


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("", ""),
        ("RECURRENCE-ID:20260317T080000Z", "1773734400"),
        ("RECURRENCE-ID;TZID=Europe/Berlin:20260317T090000", "1773734400"),
        ("RECURRENCE-ID;VALUE=DATE:20260317", "2026-03-17T00:00:00"),
    ],
)
def test_a_date_of_a_repeated_event_has_one_name_however_it_is_written(written, name):
    assert instance_of(invitation_of(calendar(written or "SUMMARY:s"))) == name
