from datetime import UTC, datetime

import pytest

from tuimail.mime.dates import MAX_DATE, parse_date

NOON = int(datetime(2024, 3, 5, 12, 0, 0, tzinfo=UTC).timestamp())


@pytest.mark.parametrize(
    "body",
    [
        "Tue, 05 Mar 2024 12:00:00 +0000",
        "Tue, 5 Mar 2024 13:00:00 +0100",
        "5 Mar 2024 12:00:00 -0000",
        "Tue, 5 Mar 2024 12:00 GMT",
        "Tue, 05 Mar 2024 12:00:00 GMT",
        "Tue, 05 Mar 2024 12:00:00",
        "Tue, 05 Mar 2024 07:00:00 EST",
        "Tue, 05 Mar 2024 04:00:00 -0800 (PST)",
        "Tue,05 Mar 2024 12:00:00 +0000",
        "Tuesday, 05-Mar-24 12:00:00 GMT",
        "Tue Mar  5 12:00:00 2024",
        "Tue Mar  5 12:00:00 GMT 2024",
        "Mar 5, 12:00:00 2024",
        "2024-03-05T12:00:00Z",
        "2024-03-05 12:00:00.123456 +0000",
        "2024-03-05T14:00:00+02:00",
        "5 March 2024 12.00.00 +0000",
        "  Tue, 05 Mar 2024   12:00:00   +0000 ",
        "05-Mar-2024 12:00:00 +0000",
        "Tue, 05 Mar 124 12:00:00 +0000",
        "Tue, 05 Mar 24 12:00:00 UT",
    ],
)
def test_date_is_read_in_every_form(body):
    assert parse_date(body) == NOON


@pytest.mark.parametrize(
    "body",
    [
        "",
        "yesterday",
        "Tue, 99 Mar 2024 12:00:00 +0000",
        "Tue, 30 Feb 2024 12:00:00 +0000",
        "Tue, 05 Foo 2024 12:00:00 +0000",
        "Tue, 05 Mar 0000 12:00:00 +0000",
        "Tue, 05 Mar 99999 12:00:00 +0000",
        "Tue, 05 Mar 2024 99:99:99 +0000",
        "2024-13-45T12:00:00Z",
        "\x1b[31m",
        " " * 100_000,
        "1" * 100_000,
        "Mon, " * 10_000,
    ],
)
def test_what_is_no_date_is_none(body):
    assert parse_date(body) is None


def test_dates_are_clamped():
    assert parse_date("Fri, 1 Jan 1904 00:00:00 +0000") == 0
    assert parse_date("Fri, 31 Dec 9999 23:59:59 -9959") == MAX_DATE
    assert parse_date("Thu, 01 Jan 1970 00:00:00 +1400") == 0
