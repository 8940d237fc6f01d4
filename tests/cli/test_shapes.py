"""What each command prints as JSON, field by field, and what it says to people."""

import re
from email import message_from_string
from typing import Any

import pytest

from tests.demo.fixtures import RunningHost
from tests.program import Program, until

pytestmark = pytest.mark.timeout(120)

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
ROW = {
    "id": str,
    "account": str,
    "mailbox": str,
    "uid": int,
    "message_id": str,
    "thread_id": str,
    "from": str,
    "to": str,
    "subject": str,
    "date": TIME,
    "flags": [str],
    "labels": [str],
    "size": int,
    "has_attachments": bool,
    "snippet": str,
}
HOP = {
    "from": str,
    "by": str,
    "protocol": str,
    "encrypted": (None, bool),
    "time": (None, TIME),
    "delay_s": (None, int),
}
TRACED = {
    "message_id": str,
    "events": [{"time": TIME, "what": str, "who": str, "detail": str}],
    "hops": [HOP],
}
SHOWN = ROW | {
    "cc": str,
    "bcc": str,
    "reply_to": str,
    "text": str,
    "attachments": [{"name": str, "type": str, "size": int, "true_type": str, "warning": str}],
    "links": [str],
    "remote": {"hosts": [str], "pixels": int, "trackers": [str]},
    "hidden_characters": int,
    "warnings": [{"kind": str, "text": str}],
    "authentication": (None, [{"method": str, "result": str, "domain": str}]),
    "hops": [HOP],
}
SENT = {"id": str, "message_id": str, "state": str}
OUTGOING = {
    "id": str,
    "message_id": str,
    "account": str,
    "subject": str,
    "state": str,
    "attempts": int,
    "next_attempt": (None, TIME),
    "recipients": [
        {
            "address": str,
            "state": str,
            "code": (None, int),
            "enhanced_code": str,
            "reply": str,
            "queue_id": str,
            "explanation": str,
        }
    ],
}
MAILBOX = {"name": str, "total": int, "unread": int, "new": int, "changed": int, "vanished": int}
PASS = {"account": str, "mailboxes": [MAILBOX], "seconds": float}
ACCOUNT = {"name": str, "email": str, "state": str, "last_sync": (None, TIME)}


def check(value: Any, shape: Any, place: str = "$") -> None:
    """Fail where a value has not the shape; more fields than named are allowed."""
    match shape:
        case dict():
            assert isinstance(value, dict), place
            assert set(shape) <= set(value), f"{place}: without {set(shape) - set(value)}"
            for name, inner in shape.items():
                check(value[name], inner, f"{place}.{name}")
        case [inner]:
            assert isinstance(value, list), place
            for index, one in enumerate(value):
                check(one, inner, f"{place}[{index}]")
        case tuple():
            assert any(_has_shape(value, inner) for inner in shape), f"{place}: {value!r}"
        case _:
            assert _fits(value, shape), f"{place}: {value!r} is no {shape}"


def _has_shape(value: Any, shape: Any) -> bool:
    try:
        check(value, shape)
    except AssertionError:
        return False
    return True


def _fits(value: Any, shape: Any) -> bool:
    match shape:
        case None:
            return value is None
        case re.Pattern():
            return isinstance(value, str) and shape.fullmatch(value) is not None
        case _:
            return type(value) is shape


def rows(program: Program, *words: str) -> list[dict[str, Any]]:
    return program.done(*words, "--json").json


def first_id(program: Program, *words: str) -> str:
    return rows(program, "list", "--limit", "1", *words)[0]["id"]


def test_accounts_are_listed_before_and_after_the_first_pass(fresh: Program) -> None:
    before = rows(fresh, "account", "list")
    check(before, [ACCOUNT])
    assert [(a["name"], a["state"]) for a in before] == [
        ("alice", "not synced yet"),
        ("bob", "not synced yet"),
    ]
    assert before[0]["last_sync"] is None
    passes = rows(fresh, "sync")
    check(passes, [PASS])
    assert [one["account"] for one in passes] == ["alice", "bob"]
    assert sum(box["new"] for box in passes[0]["mailboxes"]) > 20
    again = rows(fresh, "sync", "--account", "bob")
    assert [one["account"] for one in again] == ["bob"]
    assert sum(box["new"] for box in again[0]["mailboxes"]) == 0
    after = rows(fresh, "account", "list")
    check(after, [ACCOUNT])
    assert after[0]["state"] == "ready"
    assert TIME.fullmatch(after[0]["last_sync"])


def test_the_passes_of_one_mailbox_name_it_alone(program: Program) -> None:
    (one,) = rows(program, "sync", "--account", "alice", "--mailbox", "INBOX", "--headers-only")
    assert [box["name"] for box in one["mailboxes"]] == ["INBOX"]


def test_a_pass_over_a_role_or_a_name_is_made_where_it_is(program: Program) -> None:
    passes = rows(program, "sync", "--mailbox", "sent")
    assert [(one["account"], [b["name"] for b in one["mailboxes"]]) for one in passes] == [
        ("alice", ["Sent"]),
        ("bob", ["Sent"]),
    ]
    ran = program.run("sync", "--mailbox", "Nowhere")
    assert ran.status == 2
    assert "alice: There is no such mailbox" in ran.err


def test_lists_are_newest_first_and_as_long_as_asked(program: Program) -> None:
    listed = rows(program, "list", "--limit", "7")
    check(listed, [ROW])
    assert len(listed) == 7
    assert [r["date"] for r in listed] == sorted((r["date"] for r in listed), reverse=True)
    assert {r["mailbox"] for r in listed} == {"INBOX"}
    in_archive = rows(program, "list", "--account", "alice", "--mailbox", "Archive")
    assert {(r["account"], r["mailbox"]) for r in in_archive} == {("alice", "Archive")}
    assert rows(program, "list", "--mailbox", "archive", "--account", "alice") == in_archive


def test_a_search_is_over_everything_and_a_list_within(program: Program) -> None:
    everywhere = rows(program, "search", "from:alice@north.example", "--limit", "500")
    check(everywhere, [ROW])
    assert all("alice@north.example" in r["from"] for r in everywhere)
    assert len({r["mailbox"] for r in everywhere}) > 1
    unread = rows(program, "list", "is:unread", "--account", "alice")
    assert all("\\Seen" not in r["flags"] and r["mailbox"] == "INBOX" for r in unread)


def test_a_wrong_query_is_pointed_at(program: Program) -> None:
    ran = program.run("search", "会議 from:(")
    assert ran.status == 2
    assert ran.err.split("\n")[1:] == ["会議 from:(", " " * 10 + "^", ""]


def test_one_mail_is_shown_in_every_form(program: Program, host: RunningHost) -> None:
    message_id = first_id(program, "--account", "alice", "has:attachment")
    shown = program.done("show", message_id, "--json").json
    check(shown, SHOWN)
    assert shown["attachments"]
    assert shown["has_attachments"] is True
    raw = program.done("show", message_id, "--raw").out
    held = host.store("alice").find("INBOX").messages[shown["uid"]].raw
    assert raw.encode() == held
    header = program.done("show", message_id, "--headers").out
    assert message_from_string(header)["Message-ID"] == f"<{shown['message_id']}>"
    text = program.done("show", message_id).out
    assert text.startswith("From: ")
    assert f"Attachment: {shown['attachments'][0]['name']}" in text
    assert shown["text"].strip().split("\n")[0] in text


LIAR = (
    b'From: "ceo@bank.com" <mallory@evil.example>\r\nTo: alice@north.example\r\n'
    b"Subject: Wire it\r\nMessage-ID: <wire@evil.example>\r\nReply-To: drop@other.example\r\n"
    b"Date: Mon, 23 Nov 2026 12:00:00 +0000\r\n\r\nNow.\r\n"
)


def test_what_speaks_against_a_sender_is_shown_and_in_json(
    fresh: Program, host: RunningHost
) -> None:
    host.deliver(LIAR, "alice")
    fresh.done("sync")
    (row,) = fresh.done("search", "Wire", "--json").json
    warnings = fresh.done("show", row["id"], "--json").json["warnings"]
    assert [one["kind"] for one in warnings][:2] == ["name", "reply"]
    assert {one["kind"] for one in warnings} <= {"name", "reply", "first"}
    shown = fresh.done("show", row["id"]).out
    assert "! The sender's name shows an address, ceo@bank.com, but the mail is from" in shown
    assert "! An answer would go to drop@other.example" in shown
    listed = fresh.done("search", "Wire").out
    assert "mallory@evil.example" in listed
    assert "ceo@bank.com" not in listed


def test_header_fields_end_where_lines_end_with_a_line_feed_alone(
    program: Program, host: RunningHost
) -> None:
    host.deliver(b"From: a@b.example\nSubject: Bare\nMessage-ID: <bare@b.example>\n\nThe text.\n")
    program.done("sync", "--account", "alice")
    header = program.done("show", first_id(program, "subject:Bare"), "--headers").out
    assert "Subject: Bare" in header
    assert "The text." not in header


def test_a_list_names_people_as_the_mail_itself_does(program: Program, host: RunningHost) -> None:
    host.deliver(
        b'From: "Lovelace, Ada" <ada@engine.example>\r\nTo: Alice <alice@north.example>,'
        b" c@d.example\r\nCc: Bob <bob@south.example>\r\nSubject: Shapes\r\n"
        b"Message-ID: <shapes@x.example>\r\n\r\nHello\r\n"
    )
    program.done("sync", "--account", "alice")
    (listed,) = rows(program, "list", "subject:Shapes", "--account", "alice")
    assert listed["from"] == '"Lovelace, Ada" <ada@engine.example>'
    assert listed["to"] == "Alice <alice@north.example>, c@d.example"
    shown = program.done("show", listed["id"], "--json").json
    (found,) = rows(program, "search", "subject:Shapes", "account:alice")
    for other in (shown, found):
        assert {key: other[key] for key in listed if key != "snippet"} == {
            key: value for key, value in listed.items() if key != "snippet"
        }
    assert shown["cc"] == "Bob <bob@south.example>"


def test_raw_bytes_are_those_the_server_holds(program: Program, host: RunningHost) -> None:
    raw = b"Subject: odd\r\nMessage-ID: <odd@x.example>\r\n\r\nbare\nnewline\r \x80\xff\r\n"
    host.deliver(raw)
    program.done("sync", "--account", "alice")
    message_id = first_id(program, "subject:odd", "--account", "alice")
    import subprocess

    from tests.program import TUIMAIL

    command = [*TUIMAIL, "--profile", str(program.profile.folder), "show", message_id, "--raw"]
    assert subprocess.run(command, capture_output=True, check=True).stdout == raw


def test_raw_bytes_are_escaped_on_a_terminal(program: Program, host: RunningHost) -> None:
    body = "\x1b[2J \ufe0f\ufe0fselected e\u0301\u0301\u0301\u0301\u0301\r\nनमस्ते ❤️\r\n"
    host.deliver(f"Subject: stacked\r\nMessage-ID: <st@x.example>\r\n\r\n{body}".encode())
    program.done("sync", "--account", "alice")
    message_id = first_id(program, "subject:stacked", "--account", "alice")
    with program.screen("show", message_id, "--raw") as screen:
        assert screen.wait_exit() == 0
        sent = screen.sent().decode()
    assert r"\x1b[2J \ufe0f\ufe0fselected e\u0301\u0301\u0301\u0301\u0301" in sent
    assert "नमस्ते ❤️" in sent


def test_flags_moves_and_deletions_reach_the_server(program: Program, host: RunningHost) -> None:
    row = rows(program, "list", "is:unread", "--account", "alice", "--limit", "1")[0]
    message_id, uid = row["id"], row["uid"]
    inbox = host.store("alice").find("INBOX")
    ran = program.done("flag", message_id, "--add", "flagged", "--add", "later", "--wait")
    assert ran.err == "tuimail: 1 message flagged, tagged later\n"
    assert {"\\Flagged", "later"} <= inbox.messages[uid].flags
    program.done("flag", message_id, "--remove", "later", "--add", "seen", "--wait")
    assert "later" not in inbox.messages[uid].flags
    assert "\\Seen" in inbox.messages[uid].flags
    raw = inbox.messages[uid].raw
    program.done("move", message_id, "Archive", "--wait")
    assert uid not in inbox.messages
    program.done("delete", message_id, "--wait")
    trash = host.store("alice").find("Trash")
    assert [m.raw for m in trash.messages.values()].count(raw) == 1
    shown = program.done("show", message_id, "--json").json
    assert shown["mailbox"] == "Trash"
    assert "\\Flagged" in shown["flags"]


def mail_in(host: RunningHost, *mailboxes: str) -> str:
    """Put one mail into several of alice's mailboxes; return its Message-ID."""
    message_id = f"{'-'.join(mailboxes)}@copies.example".replace(" ", "")
    raw = f"From: a@b.example\r\nMessage-ID: <{message_id}>\r\nSubject: Copies\r\n\r\nHello\r\n"
    for mailbox in mailboxes:
        host.deliver(raw.encode(), "alice", mailbox)
    return message_id


def found_in(host: RunningHost, message_id: str) -> list[str]:
    return sorted(
        box.name
        for box in host.store("alice")
        if any(message_id.encode() in message.raw for message in box.messages.values())
    )


def id_of(program: Program, mailbox: str) -> str:
    program.done("sync", "--account", "alice")
    return first_id(program, "subject:Copies", "--account", "alice", "--mailbox", mailbox)


def test_of_several_copies_the_one_that_moves_has_to_be_named(
    fresh: Program, host: RunningHost
) -> None:
    message_id = mail_in(host, "INBOX", "Archive")
    one = id_of(fresh, "Archive")
    for words in (("delete", one), ("move", one, "Lists")):
        ran = fresh.run(*words)
        assert ran.status == 2
        assert ran.err == (
            f"tuimail: {one} lies in Archive and INBOX: say which copy with --mailbox.\n"
        )
    assert found_in(host, message_id) == ["Archive", "INBOX"]
    ran = fresh.run("delete", one, "--mailbox", "Lists")
    assert ran.status == 1
    assert f"{one} is not in Lists; it lies in Archive and INBOX." in ran.err
    fresh.done("delete", one, "--mailbox", "archive", "--wait")
    assert found_in(host, message_id) == ["INBOX", "Trash"]
    fresh.done("delete", one, "--wait")
    assert found_in(host, message_id) == ["Trash"]


def test_a_copy_that_lies_where_it_should_go_is_not_meant(
    fresh: Program, host: RunningHost
) -> None:
    message_id = mail_in(host, "Archive", "Lists")
    fresh.done("move", id_of(fresh, "Lists"), "Archive", "--wait")
    assert found_in(host, message_id) == ["Archive"]


def test_a_flag_is_of_every_copy(fresh: Program, host: RunningHost) -> None:
    message_id = mail_in(host, "INBOX", "Lists")
    one = id_of(fresh, "Lists")
    fresh.done("flag", one, "--add", "seen", "--wait")
    fresh.done("flag", one, "--add", "flagged", "--mailbox", "Lists", "--wait")
    flags = {
        name: message.flags
        for name in ("INBOX", "Lists")
        for message in host.store("alice").find(name).messages.values()
        if message_id.encode() in message.raw
    }
    assert flags["INBOX"] - {"\\Recent"} == {"\\Seen"}
    assert flags["Lists"] - {"\\Recent"} == {"\\Seen", "\\Flagged"}


def test_without_waiting_the_engine_carries_it_out(program: Program, host: RunningHost) -> None:
    row = rows(program, "list", "--account", "bob", "--limit", "1")[0]
    program.done("flag", row["id"], "--add", "answered")
    inbox = host.store("bob").find("INBOX")
    until(lambda: "\\Answered" in inbox.messages[row["uid"]].flags, "for the flag")


def test_a_mail_is_sent_and_its_story_kept(program: Program, host: RunningHost, tmp_path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("tide\n")
    sent = program.done(
        "send", "--account", "alice", "--to", "bob@south.example", "--cc", "Alice <alice@north.example>",
        "--bcc", "full@south.example", "--subject", "Tide and café", "--attach", str(file),
        "--wait", "--json", stdin=b"Dear Bob,\n\nhigh water at 6.\n",
    )  # fmt: skip
    check(sent.json, SENT)
    assert sent.json["state"] == "accepted"

    def settled() -> dict[str, Any] | None:
        program.run("sync", "--account", "alice")
        outgoing = rows(program, "outbox")
        check(outgoing, [OUTGOING])
        mine = next(row for row in outgoing if row["id"] == sent.json["id"])
        return mine if mine["recipients"][2]["state"] == "bounced" else None

    mine = until(settled, "for the report of the full mailbox")
    assert [r["address"] for r in mine["recipients"]] == [
        "bob@south.example",
        "alice@north.example",
        "full@south.example",
    ]
    assert [r["code"] for r in mine["recipients"]] == [250, 250, 552]
    assert all(r["queue_id"] for r in mine["recipients"])
    traced = rows(program, "trace", sent.json["id"])
    check(traced, TRACED)
    assert "failed" in [event["what"] for event in traced["events"]]
    (shown,) = rows(program, "outbox", "show", sent.json["id"])
    (report,) = shown.pop("reports")
    assert (report["address"], report["action"]) == ("full@south.example", "failed")
    assert shown == mine | {"transcripts": []}
    arrived = until(lambda: _find(host, "bob", sent.json["message_id"]), "for the mail")
    assert b"full@south.example" not in arrived
    assert b"high water at 6." in arrived
    assert b"notes.txt" in arrived


def test_a_file_is_sent_byte_by_byte(program: Program, host: RunningHost, tmp_path) -> None:
    raw = tmp_path / "ready.eml"
    raw.write_bytes(
        b"From: alice@north.example\r\nTo: bob@south.example\r\nSubject: ready\r\n"
        b"Date: Mon, 23 Nov 2026 10:00:00 +0000\r\n"
        b"Message-ID: <ready-made@north.example>\r\nX-Odd:   three   blanks\r\n\r\nBody\r\n"
    )
    sent = program.done(
        "send", "--account", "alice", "--to", "bob@south.example", "--raw", str(raw),
        "--wait", "--json",
    )  # fmt: skip
    assert sent.json["message_id"] == "ready-made@north.example"
    arrived = until(lambda: _find(host, "bob", "ready-made@north.example"), "for the mail")
    assert arrived.endswith(raw.read_bytes())


def test_a_mail_for_later_waits_and_can_be_cancelled(program: Program) -> None:
    sent = program.done(
        "send", "--account", "bob", "--to", "alice@north.example", "--at", "2099-01-01T10:00",
        "--json",
    ).json  # fmt: skip
    assert sent["state"] == "queued"
    (row,) = rows(program, "outbox", "show", sent["id"])
    assert row["next_attempt"] == "2099-01-01T10:00:00Z"
    (row,) = rows(program, "outbox", "cancel", sent["id"])
    assert row["state"] == "cancelled"
    assert row["next_attempt"] is None
    again = program.run("outbox", "cancel", sent["id"])
    assert again.status == 2
    (row,) = rows(program, "outbox", "retry", sent["id"])
    until(lambda: rows(program, "outbox", "show", sent["id"])[0]["state"] == "accepted")


def test_configuration_and_doctor(program: Program) -> None:
    assert program.done("config", "path").out.strip() == str(program.profile.config_file)
    assert "right (alice, bob)" in program.done("config", "check").out
    said = program.done("config", "show").out
    written = program.profile.config_file.read_text()
    kept = "mail of the last 90 days is kept here, and headers of all"
    assert said == f"{written}# alice: {kept}\n# bob: {kept}\n"
    findings = rows(program, "doctor", "--account", "alice")
    check(findings, [{"account": str, "what": str, "well": bool, "advice": str}])
    assert all(f["well"] for f in findings)
    assert {
        "IMAP server",
        "SMTP server",
        "local store",
        "mailbox for trash",
        "kept here whole",
    } <= {f["what"] for f in findings}
    assert "CONDSTORE" in next(f for f in findings if f["what"] == "IMAP server")["advice"]


def test_json_holds_no_character_a_terminal_acts_on(program: Program, host: RunningHost) -> None:
    subject = "=?utf-8?b?G10wO2hlbGxvBw==?= =?utf-8?q?=C2=9B31m_=E2=80=AE?="
    raw = f"Subject: {subject}\r\nMessage-ID: <ctl@x.example>\r\n\r\n\x1b[2J\x07\r\n".encode()
    host.deliver(raw)
    program.done("sync", "--account", "alice")
    ran = program.done("list", "--account", "alice", "--limit", "1", "--json")
    assert all(c == "\n" or " " <= c <= "~" for c in ran.out)
    shown = program.done("show", ran.json[0]["id"], "--json")
    assert all(c == "\n" or " " <= c <= "~" for c in shown.out)


def _find(host: RunningHost, name: str, message_id: str) -> bytes | None:
    held = host.store(name).find("INBOX").messages.values()
    return next((m.raw for m in held if f"<{message_id}>".encode() in m.raw), None)
