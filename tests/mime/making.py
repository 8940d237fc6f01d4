"""Mails in our own words, put together by hand: for what no composer would write."""

from tuimail.mime.render import render_mail

HEAD = "From: Ann <ann@example.org>\r\nSubject: s\r\n"
TEXT = "Content-Type: text/plain; charset=utf-8\r\n\r\n"
HTML = "Content-Type: text/html; charset=utf-8\r\n\r\n"


def multipart(subtype, *parts, boundary="b", more=""):
    """Return a multipart without its mail's head; `more` are parameters of its type."""
    body = "".join(f"--{boundary}\r\n{part}\r\n" for part in parts)
    stated = f"Content-Type: multipart/{subtype}; boundary={boundary}{more}\r\n\r\n"
    return f"{stated}{body}--{boundary}--\r\n"


def rendered(text, **how):
    """Render a mail of this body."""
    return render_mail((HEAD + text).encode("utf-8", "surrogateescape"), **how)


def texts(mail):
    """Return the lines as texts."""
    return [line.text for line in mail.lines]


def sentences(mail):
    """Return what is said above the text."""
    return [caution.text for caution in mail.warnings]
