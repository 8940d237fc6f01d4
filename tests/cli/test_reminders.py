"""A person is told from the shell when nobody answers."""

from tests.program import Program, until


def test_a_mail_is_sent_with_a_reminder_that_is_changed_and_taken_away(program: Program) -> None:
    words = ("send", "--account", "alice", "--to", "bob@south.example", "--subject", "Answer me")
    sent = program.done(*words, "--remind", "2w", "--json", stdin=b"Please.").json

    def reminder():
        rows = program.done("outbox", "--json").json
        return next(row["reminder"] for row in rows if row["id"] == sent["id"])

    assert reminder()["state"] == "waiting"
    first = reminder()["due"]
    program.done("outbox", "remind", sent["id"], "3d")
    assert reminder()["due"] < first
    assert "an answer is waited for until" in program.done("outbox", "show", sent["id"]).out
    program.done("outbox", "remind", sent["id"], "0")
    assert reminder() is None
    assert program.run("outbox", "unanswered").status == 1


def test_what_is_no_number_of_days_is_refused_before_anything_is_sent(program: Program) -> None:
    before = len(program.run("outbox", "--all", "--json").json)
    for days in ("soon", "-3", "3x", "9999", ""):
        ran = program.run(
            "send",
            "--account",
            "alice",
            "--to",
            "bob@south.example",
            f"--remind={days}",
            stdin=b"x",
        )
        assert ran.status == 2, days
    assert len(program.run("outbox", "--all", "--json").json) == before


def test_a_report_is_shown_with_its_mail(program: Program) -> None:
    sent = program.done(
        *("send", "--account", "alice", "--to", "nobody@south.example", "--json"), stdin=b"Hello?"
    ).json

    def reports():
        program.run("sync", "--account", "alice")
        (shown,) = program.done("outbox", "show", sent["id"], "--json").json
        return shown["reports"]

    (report,) = until(reports)
    assert (report["address"], report["action"], report["grade"]) == (
        "nobody@south.example",
        "failed",
        "confirmed",
    )
    assert "no such person" in report["explanation"]
    raw = program.done("show", report["id"], "--raw").out
    assert "report-type=delivery-status" in raw
