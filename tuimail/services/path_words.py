"""The path of a mail as a picture in text, and what was found out about it in plain words."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from textwrap import wrap
from typing import Final, NamedTuple

from tuimail.mime.owner import owner_of
from tuimail.model.cells import cut, tail
from tuimail.model.path import AuthResult, Hop, MailPath, Oddity
from tuimail.model.safe import Safe, safe_line

LONG_S: Final = 900
"""A hop that took longer is worth a word."""
MAX_CELLS: Final = 78
"""Of a line: with a margin that fits 80 columns."""
_ODD: Final = {
    Oddity.CLOCKS_DIFFER: "clocks differ a little",
    Oddity.CLOCK_WRONG: "its clock is wrong",
    Oddity.NO_LINK: "looks forged: another host had it before",
    Oddity.CLAIMS_OURS: "looks forged: says to be a server of yours",
}


class LineKind(StrEnum):
    """What a line of the picture is, so that it can be told apart at a glance."""

    HEADING = "heading"
    HOST = "host"
    DETAIL = "detail"
    STATED = "stated"
    """Said by the other side; nobody here can tell whether it is true."""
    WARNING = "warning"


class PathLine(NamedTuple):
    """One line, at most `MAX_CELLS` wide."""

    kind: LineKind
    text: Safe


def path_lines(path: MailPath) -> list[PathLine]:
    """Return the picture of a path: every host, and between two how, how safely and how long."""
    lines = [PathLine(LineKind.HEADING, _summary(path.hops))]
    lines += _hosts(path.hops)
    if path.retrieved:
        lines.append(
            PathLine(LineKind.DETAIL, cut(safe_line(f"fetched {path.retrieved}"), MAX_CELLS))
        )
    lines.append(PathLine(LineKind.HEADING, Safe("")))
    lines += [
        PathLine(_kind_of(one), Safe(piece))
        for one, words in authentication_words(path.authentication, path.author_domain)
        for piece in wrap(words, MAX_CELLS)
    ]
    return lines


def authentication_words(
    results: Sequence[AuthResult] | None, author_domain: str
) -> Iterator[tuple[AuthResult | None, Safe]]:
    """Say what the account's own server found out about the sender."""
    if results is None:
        yield None, Safe("Your server does not tell whether the sender is genuine.")
        return
    by_method: dict[str, list[AuthResult]] = {}
    for one in results:
        by_method.setdefault(one.method, []).append(one)
    told = [
        (one, words)
        for method in ("dmarc", "dkim", "spf", "arc")
        for one in by_method.get(method, [])[:5]
        if (words := _words(one, author_domain))
    ]
    if told:
        yield from told
    else:
        yield None, Safe("Nothing to check: the sender's domain gives no proof.")


def _words(one: AuthResult, author_domain: str) -> Safe | None:
    author, domain = safe_line(author_domain, 80), safe_line(one.domain, 80)
    is_aligned = bool(one.domain) and owner_of(one.domain) == owner_of(author_domain)
    if one.result in ("temperror", "permerror"):
        return Safe(f"{one.method.upper()} could not be checked.")
    match one.method, one.result:
        case "dmarc", "pass":
            said = f"Really sent for {domain or author} (DMARC)."
        case "dmarc", "fail":
            said = f"Not proven to come from {author}: forged, or forwarded (DMARC)."
        case "dkim", "pass" if is_aligned:
            said = f"Signed by {domain}, not changed on the way (DKIM)."
        case "dkim", "pass":
            said = f"Signed by {domain or 'another domain'}, a service that sent it (DKIM)."
        case "dkim", "fail":
            said = f"The signature of {domain or 'the sender'} does not fit the mail (DKIM)."
        case "spf", "pass":
            said = f"Came from a server that {domain or 'the return address'} allows (SPF)."
        case "spf", "fail" | "softfail":
            said = f"Came from a server that {domain or 'the return address'} does not allow (SPF)."
        case "arc", "pass":
            said = "A forwarder says that it was genuine when it arrived there (ARC)."
        case _:
            return None
    return Safe(said)


def _kind_of(one: AuthResult | None) -> LineKind:
    is_bad = one is not None and one.result in ("fail", "softfail")
    return LineKind.WARNING if is_bad else LineKind.DETAIL


def _summary(hops: Sequence[Hop]) -> Safe:
    if not hops:
        return Safe("The mail says nothing of its path.")
    took = sum(hop.delay_s or 0 for hop in hops)
    count = f"{len(hops)} hop{'s' if len(hops) != 1 else ''}"
    return Safe(f"The path it took: {count}, {span_words(took)}")


def _hosts(hops: Sequence[Hop]) -> Iterator[PathLine]:
    has_first = bool(hops) and bool(hops[0].received.came_from)
    if has_first:
        first = hops[0].received
        more = safe_line(f" [{first.ip}]" if first.ip and str(first.ip) != first.came_from else "")
        kind = LineKind.HOST if hops[0].is_trusted else LineKind.STATED
        yield PathLine(kind, _host(first.came_from, more))
    for n, hop in enumerate(hops):
        kind = LineKind.HOST if hop.is_trusted else LineKind.STATED
        yield PathLine(LineKind.DETAIL if hop.is_trusted else kind, _between(hop))
        for oddity in hop.oddities:
            yield PathLine(LineKind.WARNING, Safe(f"|   {_ODD[oddity]}"))
        if hop.delay_s is not None and hop.delay_s > LONG_S:
            yield PathLine(LineKind.WARNING, Safe(f"|   it waited here: {span_words(hop.delay_s)}"))
        is_first_trusted = hop.is_trusted and not (n and hops[n - 1].is_trusted)
        is_last_stated = not hop.is_trusted and (n + 1 == len(hops) or hops[n + 1].is_trusted)
        remark = "  yours, from here on" if is_first_trusted else ""
        remark = "  as stated by the other side" if is_last_stated else remark
        yield PathLine(kind, _host(hop.received.by or "(a server without a name)", Safe(remark)))


def _host(name: str, more: Safe) -> Safe:
    """Return a line about a host; of a long name the end is shown, which tells whose it is."""
    return Safe(f"o {tail(safe_line(name), MAX_CELLS - len(more) - 2)}{more}")


def _between(hop: Hop) -> Safe:
    received = hop.received
    when = "no time" if received.time is None else _clock(received.time)
    delay = "" if hop.delay_s is None else f" +{span_words(hop.delay_s)}"
    protocol = safe_line(received.protocol, 24) or "protocol not stated"
    safety = "encrypted" if received.is_encrypted else "encryption not stated"
    safety = "inside" if received.is_inside and not received.is_encrypted else safety
    return Safe(f"|   {when}{delay}  {protocol}, {safety}")


def _clock(time: int) -> str:
    return datetime.fromtimestamp(time, UTC).astimezone().strftime("%d %b %H:%M:%S")


def span_words(seconds: int) -> str:
    """Return how long something took, as short as can be."""
    if seconds < 120:
        return f"{seconds} s"
    if seconds < 7_200:
        return f"{seconds // 60} min"
    return f"{seconds // 3600} h" if seconds < 172_800 else f"{seconds // 86_400} days"
