from tuimail.mime.budget import MAX_LINES, MAX_PARTS_SHOWN, MAX_TAGS, TOO_MUCH, Budget
from tuimail.mime.html import html_to_lines
from tuimail.mime.render import render_mail

HEAD = "From: a@x.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"


def mail_of(*parts):
    return render_mail((HEAD + "".join(f"--b\r\n{part}\r\n" for part in parts)).encode())


def says_so(mail):
    return TOO_MUCH in [caution.text for caution in mail.warnings]


def test_so_many_texts_are_shown_and_no_more():
    mail = mail_of(*["\r\nwords"] * (MAX_PARTS_SHOWN + 5))
    shown = [line.text for line in mail.lines]
    assert shown.count("words") == MAX_PARTS_SHOWN
    assert shown[-1] == "(The rest of this mail is left out.)"
    assert says_so(mail)
    assert len(mail.parts) == MAX_PARTS_SHOWN + 5
    assert not says_so(mail_of(*["\r\nwords"] * MAX_PARTS_SHOWN))


def test_lines_are_counted_over_all_parts():
    mail = mail_of(*["\r\n" + "word\r\n" * 20_000] * 4)
    assert MAX_LINES <= len(mail.lines) < MAX_LINES + 20
    assert says_so(mail)


def test_characters_are_counted_over_all_parts():
    mail = mail_of(*["\r\n" + f"{'x' * 999}\r\n" * 1_500] * 4)
    assert len(mail.plain_text) < 4_300_000
    assert says_so(mail)


def test_tags_are_counted_over_all_parts():
    part = "Content-Type: text/html\r\n\r\n" + "<p>x</p>" * 5_000
    mail = mail_of(*[part] * 6)
    shown = [line.text for line in mail.lines].count("x")
    assert MAX_TAGS // 2 - 2 <= shown <= MAX_TAGS // 2
    assert says_so(mail)


def test_html_takes_its_tags_from_the_budget():
    budget = Budget()
    html_to_lines("<p>x</p>" * 100, None, budget)
    assert budget.tags == MAX_TAGS - 200
    budget.take(tags=MAX_TAGS)
    assert budget.tags == 0
    assert html_to_lines("one<p>two", None, budget).lines[0].text == "one"


def test_what_is_taken_never_falls_below_nothing():
    budget = Budget()
    budget.take(lines=MAX_LINES + 1, chars=10**9)
    assert (budget.lines, budget.chars) == (0, 0)
    assert not budget.take_part()
    assert budget.was_short


def test_a_large_html_mail_says_what_is_left_out():
    assert html_to_lines("<p>x" * (MAX_TAGS + 1)).is_cut
    assert not html_to_lines("<p>x</p>" * 100).is_cut
