from dataclasses import replace

from tests.ui.mails import role_of, text_of
from tests.ui.render.test_lines import outgoing
from tuimail.model.cells import width_of
from tuimail.model.explained import as_hearsay, server_words
from tuimail.model.outgoing import OutgoingState
from tuimail.model.safe import Safe, Untrusted
from tuimail.ui.render.causes import our_words, reason
from tuimail.ui.render.sent_head import sent_head
from tuimail.ui.roles import StyleRole

MORE = Safe("gh shows all of it")
WORDS = "mx.s.example refused: no such person. Check the spelling. They say: 550 5.1.1 No\x1b[2J"


def head(row, width=60, rows=9):
    lines = [text_of(line).rstrip() for line in sent_head(row, width, rows, MORE)]
    assert all(width_of(line) <= width for line in lines)
    return lines


def people(*states):
    row = outgoing(OutgoingState.ACCEPTED)
    (one,) = row.recipients
    return replace(
        row,
        recipients=tuple(
            replace(one, address=f"p{n}@x.example", state=state, explanation=Safe(""))
            for n, state in enumerate(states)
        ),
    )


def test_who_did_not_get_it_is_named_with_the_cause_and_below_it_the_server_s_words():
    row = outgoing(OutgoingState.BOUNCED, WORDS)
    lines = head(row)
    assert lines[0] == " Sent   ✗ bounced  nobody@south.example"
    assert lines[1] == "          mx.s.example refused: no such person. Check the"
    assert lines[-1].strip().startswith("550 5.1.1 no such user")
    assert "\x1b" not in "".join(lines)
    assert role_of(sent_head(row, 60, 9, MORE)[0], "bounced") is StyleRole.ERROR


def test_those_who_went_well_share_a_line_below_those_in_trouble():
    lines = head(people(OutgoingState.ACCEPTED, OutgoingState.REFUSED, OutgoingState.ACCEPTED))
    assert lines[0] == " Sent   ! refused  p1@x.example"
    assert lines[-1] == "        → accepted, delivery not confirmed  p0@x.example,…"


def test_many_in_trouble_end_with_where_the_rest_is_told():
    lines = head(people(*[OutgoingState.REFUSED] * 9), rows=4)
    assert len(lines) == 4
    assert lines[-1].strip() == "… gh shows all of it"


def test_a_mail_held_by_the_server_says_that_it_cannot_be_taken_back():
    assert "it cannot be taken back" in head(people(OutgoingState.HELD), width=100)[0]


def test_a_cause_is_told_in_few_words():
    (one,) = outgoing(OutgoingState.BOUNCED, WORDS).recipients
    assert reason(one) == "no such person"
    assert our_words(one) == "mx.s.example refused: no such person. Check the spelling."
    unknown = replace(one, explanation=Safe("mx.s.example refused and gives no reason. Ask them."))
    assert reason(unknown) == "mx.s.example refused and gives no reason"
    silent = replace(one, explanation=Safe(""), code=None, enhanced_code="", reply=Untrusted(""))
    assert (reason(silent), server_words(silent)) == ("", "")


def test_where_there_is_little_room_each_has_a_line_with_the_cause():
    row = outgoing(OutgoingState.BOUNCED, WORDS)
    lines = head(replace(row, recipients=row.recipients * 3), width=70, rows=4)
    assert lines == [f"{start}✗ bounced  nobody@south.example  no such person" for start in (
        " Sent   ", "        ", "        "
    )]  # fmt: skip


def test_what_others_could_have_written_is_named_as_such():
    lines = head(outgoing(OutgoingState.BOUNCED, as_hearsay(WORDS)), width=90)
    assert "It is reported, but not confirmed." in " ".join(" ".join(lines).split())
    row = outgoing(OutgoingState.DELIVERED, as_hearsay("mx says that it lies there."))
    assert "delivered, reported, not confirmed" in head(row, width=90)[0]
