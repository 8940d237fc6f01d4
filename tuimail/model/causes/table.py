"""By what each cause is known: words first, then codes; the first row that fits counts."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from .kinds import Kind


class Stage(StrEnum):
    """At which step the server spoke: the same words mean another thing elsewhere."""

    MAIL = "mail"
    """About the sender."""
    RCPT = "rcpt"
    """About one recipient."""
    DATA = "data"
    """About the mail itself."""
    REPORT = "report"
    """In a report of a failure, after our own server took the mail: it is theirs that spoke."""
    DELAY = "delay"
    """The same in a report that it is still being tried."""


@dataclass(frozen=True, slots=True)
class Row:
    """One way to know a cause: every pattern it has must be found."""

    kind: Kind
    words: re.Pattern[str] | None
    codes: re.Pattern[str] | None
    """Of `code enhanced`, for example `550 5.1.1`."""
    stages: frozenset[Stage]

    def fits(self, codes: str, words: str, stage: Stage) -> bool:
        """Whether this row explains a reply."""
        if (Stage.REPORT if stage is Stage.DELAY else stage) not in self.stages:
            return False
        if self.codes is not None and not self.codes.search(codes):
            return False
        return self.words is None or self.words.search(words) is not None


_EVER: Final = "mail rcpt data report"
_HERE: Final = "mail rcpt data"
_THERE: Final = "rcpt data report"
_WHO: Final = "rcpt report"


def _row(kind: Kind, words: str = "", codes: str = "", stages: str = _EVER) -> Row:
    return Row(
        kind,
        re.compile(words, re.IGNORECASE) if words else None,
        re.compile(codes) if codes else None,
        frozenset(Stage(stage) for stage in stages.split()),
    )


_K = Kind
_RELAY: Final = (
    r"\brelay(ing|s)?\b.{0,30}(denied|not (permitted|allowed)|prohibited|refused|through)"
    r"|(unable|not|allowed) to relay|not relay for|insecure.{0,10}relay|list of allowed rcpthost"
    r"|requires authentication when"
)
_LOST_DOMAIN: Final = (
    r"domain.{0,60}(not (be )?(found|exist)|does(n.t| not) exist|non-?exist)|NXDOMAIN"
    r"|non-?existent (host|domain)|host.{0,30}not found"
    r"|(unknown|no such|unrout\w+ mail) (domain|host)"
    r"|(domain|host)\b.{0,40}(unknown|must exist|not (known|reachable))|name or service not known"
    r"|unable to resolve|\bdns\b.{0,60}not (be )?found"
    r"|InfoDomainNonexistent|look ?up host"
)
_TRYING: Final = r"^4| 4\."

_ABOUT_US: Final = (
    _row(_K.SIGN_IN_TOO_OFTEN, r"too many (failed )?log-?ins?\b", "", _HERE),
    _row(_K.SIGN_IN_REFUSED, "", r"^53[45]\b", _HERE),
    _row(
        _K.INSIDERS,
        r"SenderNotAuthenticatedFor|NotAuthorizedToGroup|RST\.AuthRequired|allowed-?senders"
        r"|only accepts? (messages|mail) from|not (allowed|permitted) to post|members only"
        r"|(by|of) (the |its )?organi[sz]ation\b.{0,20}authenticat",
    ),
    _row(_K.INSIDERS, "", r" 5\.7\.(12|124|133|134|136|193)$"),
    _row(
        _K.NO_SAFE_LINE,
        r"starttls|requiretls|\btls\b.{0,40}(requir|must|support|not offered|needed)"
        r"|(requir|must|need).{0,30}\btls\b|encryption (needed|required)|\btlsa\b|\bdane\b|mta-sts"
        r"|certificate.{0,30}(expired|not trusted|invalid)",
    ),
    _row(_K.NO_SAFE_LINE, "", r" [45]\.7\.(10|32[1-5])$| [45]\.4\.31[78]$"),
    _row(_K.NOT_SIGNED_IN, _RELAY, "", _HERE),
    _row(
        _K.NOT_SIGNED_IN,
        r"authentication (is )?required|must (be )?authenticated?|not (been )?authenticated",
        "",
        _HERE,
    ),
    _row(_K.NOT_SIGNED_IN, "", r"^530\b| 5\.7\.(57|64|3)$", _HERE),
    _row(_K.THEIR_RELAY, _RELAY, "", "report"),
    _row(_K.THEIR_RELAY, "", r" 5\.7\.64$", "report"),
    _row(
        _K.NOT_YOUR_SENDER,
        r"send ?as ?denied|not owned by|(not (allowed|permitted|authori[sz]ed)|permissions?)"
        r" to send (as|on behalf)",
    ),
    _row(_K.NOT_YOUR_SENDER, "", r" 5\.7\.60$| 5\.2\.252$"),
    _row(_K.REPEATED, r"same message-?id"),
    _row(_K.FLOODED, r"receiving mail (too|at a rate)|receive limit|messages they can receive"),
    _row(_K.FLOODED, "", r" [45]\.2\.12[12]$"),
    _row(
        _K.YOUR_LIMIT,
        r"submission ?quota|(daily|hourly|outgoing|outbound|sending).{0,30}(quota|limit).{0,30}"
        r"(exceed|reach)|reached (your|the).{0,20}(daily|hourly|sending).{0,10}limit"
        r"|exceed\w* (your|the) (daily|hourly|sending)|sending rate|e-?mails per (hour|day)",
    ),
    _row(_K.YOUR_LIMIT, "", r" 5\.1\.90$| 5\.4\.5$"),
    _row(_K.YOUR_ACCOUNT_BLOCKED, r"bad outbound sender"),
    _row(
        _K.YOUR_ORGANISATION_BLOCKED,
        r"tenant has exceeded|unregistered domains|by your organi[sz]ation",
    ),
    _row(_K.YOUR_ORGANISATION_BLOCKED, "", r" 5\.7\.7([0-4]\d|50)$"),
)

_ABOUT_THE_SENDING_SERVER: Final = (
    _row(_K.COMPANY_RULE, "", r" 5\.7\.9\d\d$"),
    _row(_K.BANNED_BY_THEM, r"customer block list"),
    _row(_K.BANNED_BY_THEM, "", r" 5\.7\.513$"),
    _row(
        _K.NO_NAME,
        r"\bPTR\b|reverse (dns|host)|(find|resolve) your (host|address)|ip name lookup"
        r"|reverse lookup|\brdns\b|forward dns entry"
        r"|unresolvable.{0,10}host",
    ),
    _row(_K.NO_NAME, "", r" [45]\.7\.25$| 4\.7\.23$"),
    _row(
        _K.UNPROVEN,
        r"\bdmarc\b|\bspf\b|sender policy framework|\bdkim\b|is unauthenticated|n.t aligned with"
        r"|unauthenticated (e-?mail|message)|authentication checks",
    ),
    _row(_K.UNPROVEN, "", r" [45]\.7\.(26|32|509)$| 5\.7\.2[34]$|^55\d 5\.7\.9$"),
    _row(
        _K.SLOWED,
        r"rate.?limited|unusual rate|\[TSS?0[345]\]|temporarily deferred|\(S77\d\)",
    ),
    _row(_K.SLOWED, r"recipient temporarily unavailable", _TRYING),
    _row(_K.SLOWED, "", r" 4\.7\.(28|[56]\d\d|8[5-9]\d)$"),
    _row(
        _K.BLOCK_LIST,
        r"spamhaus|spamcop|\brbls?\b|dnsbl|sorbs|barracuda|(block|black) ?list|blocked using"
        r"|\(S31\d\d\)|banned send|\bdelist|\[(TSS(09|11)|BL\d+)\]"
        r"|\breputation\b|\b(ip|host|server|network)\b.{0,40}\bblocked|\blisted (at|on|in|by)\b"
        r"|blocked by|(mail|accepted|accepting).{0,20}from your (ip|host|server|network)"
        r"|dynamic ip|open proxy|no access from|server of your isp",
    ),
    _row(_K.BLOCK_LIST, "", r" 5\.7\.(511|60[6-9]|6[1-4]\d)$"),
    _row(
        _K.GREYLISTED,
        r"gr[ae]y-?list|try again in \d+|internal resources? (are |is )?temporarily unavailable",
    ),
)

_ABOUT_THE_MAIL: Final = (
    _row(
        _K.EXPIRED,
        r"(message|delivery|mail)( time)?( has)? expired|QUEUE\.Expired|message too old"
        r"|in the queue (for )?too long|retry timeout exceeded|giving up on|long failure period"
        r"|allowed queue period|not been collected|(message|delivery) timed out",
        "",
        "report",
    ),
    _row(_K.EXPIRED, "", r" [45]\.4\.7$| 5\.4\.300$", "report"),
    _row(_K.LOOP, r"too many (hops|received)|hop count|\bloop(s|ing|ed)?\b"),
    _row(_K.LOOP, "", r" [45]\.4\.(6|14)$"),
    _row(
        _K.ATTACHMENT,
        r"(illegal|forbidden|blocked|dangerous|executable|prohibited|banned|unzul).{0,20}"
        r"(attachment|file type|anhang)|attachments?.{0,30}(not (allowed|accepted|permitted)"
        r"|forbidden|blocked|prohibited|guidelines)|(file|attachment) type.{0,20}(not|forbid)",
    ),
    _row(
        _K.TOO_MANY_PARTS,
        r"number of attachments|too many (attachments|headers|parts)|header count|headers? exceed",
    ),
    _row(
        _K.CONNECTIONS,
        r"too many (\w+ ){0,2}(connections|sessions)|concurrent|thread limit"
        r"|connection (rate )?limit",
    ),
    _row(_K.CONNECTIONS, "", r"^432"),
    _row(_K.TOO_MANY_AT_ONCE, r"too many recipients|RecipLimit"),
    _row(_K.TOO_MANY_AT_ONCE, "", r" [45]\.5\.3$"),
    _row(_K.ABANDONED, r"(storage|quota|full).{0,30}inactive", "", _THERE),
    _row(
        _K.NO_SPACE,
        r"insufficient (system|disk|storage)|out of (disk|memory)|UsedDiskSpace|no space left",
    ),
    _row(
        _K.FULL,
        r"(mailbox|inbox|mailfolder|maildir).{0,30}(\bfull|exceed)|\bfull (mailbox|inbox)"
        r"|mailbox (size|storage) limit|over.?quota|QuotaExceeded"
        r"|\b(over|exceed\w*|reach\w*).{0,25}(quota|storage)|(disk|enough storage|enough) space"
        r"|quota.{0,30}(exceed|full|used up|reach|violat)|out of storage|space.{0,20}used up"
        r"|too many messages on|postfach.{0,20}voll|bo[iî]te.{0,30}pleine|buz[oó]n.{0,20}llen"
        r"|casella.{0,20}piena",
        "",
        _THERE,
    ),
    _row(
        _K.TOO_LARGE,
        r"too (large|big)|larger than|(size|length).{0,30}(exceed|limit|maximum)|RecipSizeLimit"
        r"|exceed\w*.{0,30}\b(size|length)|fixed (maximum|limit)|zu gro(ß|ss)"
        r"|trop (gros|grand|volumineux)",
    ),
    _row(
        _K.SPAM,
        r"spam(?!haus|cop)|\bjunk\b|\bU[BC]E\b|unsolicited|\bbulk\b|\bvirus\b|malware|phish"
        r"|suspicious|content.{0,20}(reject|denied|filter)|(banned|unacceptable|reject\w*).{0,20}"
        r"content|message filtered|\b[su]u?ri?bl\b|\[(CS|PH)01\]|\bAS345\b",
    ),
    _row(_K.SPAM, "", r" 5\.7\.50[1-3]$"),
    _row(
        _K.NO_FOREIGN_LETTERS, r"smtputf8|utf-?8.{0,40}(not|cannot)|internationali[sz]ed|non-ascii"
    ),
    _row(_K.NO_FOREIGN_LETTERS, "", r" 5\.6\.[79]$"),
    _row(
        _K.MALFORMED_MAIL,
        r"bare ?(<?(lf|cr)>?\b|line ?feed)|rfc ?5322|multiple from|invalid message content",
    ),
    _row(_K.MALFORMED_MAIL, "", r" 5\.6\.(0|11)$"),
    _row(_K.COMPANY_RULE, r"TRANSPORT\.RULES|organi[sz]ation.s? policy|custom rule"),
    _row(
        _K.YOUR_ADDRESS,
        r"sender(.s)? (e-?mail )?(address|domain)|(bad|invalid) sender|domain of (the )?sender"
        r"|sender.{0,20}(reject|invalid|verify fail|not verified|pre-?approved)|from: domain is"
        r"|(emetteur|exp[ée]diteur).{0,20}(invalide|refus)|absender.{0,20}(ung|unbekannt|abgelehnt)",
    ),
    _row(_K.YOUR_ADDRESS, "", r" 5\.1\.[78]$"),
)

_ABOUT_THE_ADDRESS: Final = (
    _row(_K.NO_MAIL_THERE, r"null ?mx|not accept (any )?(e-?)?mail(?! from)|rfc ?7505", "", _WHO),
    _row(_K.NO_MAIL_THERE, "", r"^556", _WHO),
    _row(
        _K.DOMAIN_NOT_FOUND_NOW,
        _LOST_DOMAIN + r"|\bdns\b|name (server|service)|host lookup|not resolve",
        _TRYING,
        _WHO,
    ),
    _row(_K.DOMAIN_NOT_FOUND_NOW, "", r" 4\.(4\.3|1\.2)$", _WHO),
    _row(_K.NO_DOMAIN, _LOST_DOMAIN, "", _WHO),
    _row(_K.NO_DOMAIN, "", r" 5\.(1\.2|4\.4|4\.310)$", _WHO),
    _row(
        _K.NO_ANSWER,
        r"time(d out|out)|connection refused|no route to host|lost connection|unreachable"
        r"|requests to connect|(could not|failed to|cannot) connect|communicating with"
        r"|(not|n.t) respond",
        "",
        "report",
    ),
    _row(_K.NO_ANSWER, "", r" 4\.4\.(1|2|316)$", "report"),
    _row(_K.UNKNOWN_THERE, r"recipient.{0,30}access denied", r"^55\d( 5\.4\.1)?$", _WHO),
    _row(_K.MALFORMED_ADDRESS, r"single label", "", _WHO),
    _row(
        _K.MALFORMED_ADDRESS,
        r"(bad|invalid|malformed|illegal).{0,30}address|address syntax|parse the address",
        r"^(501|553|555)\b| 5\.1\.[36]$",
        _WHO,
    ),
    _row(_K.MALFORMED_ADDRESS, "", r" 5\.1\.3$", _WHO),
    _row(_K.MOVED, r"has moved|no longer on server|user not local", "", _WHO),
    _row(_K.MOVED, "", r" 5\.1\.6$|^551", _WHO),
    _row(_K.SEVERAL_PEOPLE, r"ambiguous", "", _WHO),
    _row(_K.SEVERAL_PEOPLE, "", r" 5\.1\.4$", _WHO),
    _row(_K.LIST_BROKEN, r"list.{0,20}expan|misconfigured forwarding", "", _WHO),
    _row(_K.LIST_BROKEN, "", r" 5\.2\.(4|14)$", _WHO),
    _row(_K.NO_PERSON, r"\bdd (this|sorry)|no longer valid", r"^55", _WHO),
    _row(
        _K.CLOSED,
        r"(mailbox|account|user|recipient).{0,50}(disabled|suspend|deactivated|closed|\blocked"
        r"|frozen|gesperrt|d[ée]sactiv|temporarily inactive)"
        r"|(disabled|suspended|deactivated|closed|locked|frozen) (mailbox|account|user)"
        r"|bo[iî]te.{0,20}archiv",
        "",
        _WHO,
    ),
    _row(
        _K.NO_PERSON,
        r"(user|recipient|mailbox|address|account|destinat\w+).{0,40}(unknown|does(n.t| not) exist"
        r"|not (be )?(an? )?(known|valid|active|local|present|exist|found)|no longer|\binactive"
        r"|\binvalid)|(unknown|invalid|no such|no valid|non.?existent|\bbad).{0,20}\b"
        r"(user|recipient|mailbox|(e-?mail )?address|account|local.?part)"
        r"|no (account|mail ?box|one|person|user).{0,20}(that name|\bhere|at this|available|found)"
        r"|not (an? )?(known|valid|active|local) (user|recipient|mailbox|address)"
        r"|no mailbox|inactive (e-?mail|mailbox|user)|bad(rcpt|recipient)to|validrcptto"
        r"|Recip(ient)?NotFound|does(n.t| not) (exist|have an? )|<[^<>]*> not found"
        r"|in (the )?name directory"
        r"|(benutzer|empf[äa]nger|adresse).{0,30}(unbekannt|existiert)"
        r"|(utilisateur|destinataire|adresse).{0,30}(inconnu|n.existe)"
        r"|(usuario|cuenta|persona|buz[oó]n).{0,30}(desconocid|no existe)|no existe.{0,20}(usuario"
        r"|cuenta|persona|buz[oó]n)|(utente|casella).{0,30}(sconosciut|inesistent)|nessun utente",
        r"^5",
        _WHO,
    ),
    _row(_K.NO_PERSON, "", r" 5\.1\.1$", _THERE),
    _row(_K.NO_PERSON, "", r" 5\.1\.10$", _WHO),
    _row(
        _K.NO_MAILBOX_OR_CLOSED,
        r"mailbox (is |currently )?(un|not )ava\w+|postfach.{0,20}nicht verf",
        r"^55\d( 5\.[05]\.\d+)?$",
        _WHO,
    ),
    _row(_K.CLOSED, "", r" 5\.2\.1$", _WHO),
)

_BY_NUMBER: Final = (
    _row(_K.FULL, "", r" [45]\.2\.2$", _THERE),
    _row(_K.TOO_LARGE, "", r" 5\.3\.4$| 5\.2\.3$"),
    _row(_K.TOO_LARGE, "", r"^552", "mail"),
    _row(_K.NO_SPACE, "", r" 4\.3\.1$|^452$"),
    _row(_K.TROUBLE, "", r"^421|^451| 4\.3\.\d$"),
    _row(_K.TROUBLE, r"try again|temporar|vor(ü|ue)bergehend|local error|not available", _TRYING),
    _row(_K.RULE, "", r" 5\.7\.\d+$"),
)

TABLE: Final = (
    *_ABOUT_US,
    *_ABOUT_THE_SENDING_SERVER,
    *_ABOUT_THE_MAIL,
    *_ABOUT_THE_ADDRESS,
    *_BY_NUMBER,
)
