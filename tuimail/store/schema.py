"""The tables of each file, as a first run makes them. Changes go to `migrate`.

The row id of a message is its date: seconds << 6, and 6 bits of its key, bumped until free. Date
order is then key order everywhere, and full-text hits come newest first without sorting.
"""

from typing import Final

from .files import Database

APPLICATION_ID: Final = {
    Database.LOCAL: 0x7475694C,
    Database.CACHE: 0x74756943,
    Database.SEARCH: 0x74756953,
    Database.BODIES: 0x74756942,
}
VERSION: Final = {
    Database.LOCAL: 9,
    Database.CACHE: 5,
    Database.SEARCH: 1,
    Database.BODIES: 2,
}

MARKED_INDEX: Final = (
    "create index placement_marked on placement(message, flags) where flags & -2 <> 0"
)
"""Flags besides \\Seen are seldom: what a search wants of them is found without its words."""

BASE_SUBJECT: Final = (
    """create table base_subject(
        hash integer not null, is_answer integer not null, message integer not null,
        primary key(hash, is_answer, message)) without rowid""",
    "create index base_subject_answer on base_subject(message) where is_answer = 1",
)
"""Of mails that name no other one: see `subjects`."""

SORTING: Final = (
    # What a list is sorted by beside its date: see `sorting`.
    """create table sort_key(
        message integer primary key, sender text not null, subject text not null,
        size integer not null) without rowid""",
    "create index sort_key_sender on sort_key(sender, message desc)",
    "create index sort_key_subject on sort_key(subject, message desc)",
    "create index sort_key_size on sort_key(size desc, message desc)",
    """create trigger message_gone after delete on message begin
        delete from sort_key where message = old.id; end""",
    # Batches of messages whose keys are not made yet.
    "create table unsorted(batch integer primary key, messages blob not null)",
)
FLAGGED_INDEX: Final = (
    "create index placement_flagged on placement(mailbox, message) where flags & 4 <> 0"
)
"""They are few, and counted with each list."""

_HERE = """mailbox = new.mailbox and message = new.message and smailbox = new.smailbox
            and ref = new.ref"""
SPLIT_MEMBERS: Final = (
    # Counters as those of mailboxes. placement.split is 0 where a mail was not looked at, or may
    # have come to be in another one: for it nothing is counted. See `split_members`.
    """create table split_count(
        mailbox integer not null, split integer not null, total integer not null,
        unread integer not null, primary key(mailbox, split)) without rowid""",
    "create index placement_split on placement(mailbox, split) where split > 0",
    """create trigger split_gone after delete on placement when old.split <> 0 begin
        update split_count set total = total - 1, unread = unread - (old.flags & 1 = 0)
            where mailbox = old.mailbox and split = old.split; end""",
    """create trigger split_changed after update of split on placement
        when old.split <> new.split begin
        update split_count set total = total - 1, unread = unread - (old.flags & 1 = 0)
            where mailbox = old.mailbox and split = old.split;
        insert into split_count select new.mailbox, new.split, 1, new.flags & 1 = 0
            where new.split <> 0 on conflict(mailbox, split)
            do update set total = total + 1, unread = unread + excluded.unread; end""",
    """create trigger split_read after update of flags on placement
        when new.split <> 0 and old.mailbox = new.mailbox and old.flags & 1 <> new.flags & 1 begin
        update split_count set unread = unread + (new.flags & 1 = 0) - (old.flags & 1 = 0)
            where mailbox = new.mailbox and split = new.split; end""",
    f"""create trigger split_marked after update of flags on placement
        when new.split <> 0 and old.mailbox = new.mailbox and (old.flags | 1) <> (new.flags | 1)
            and exists(select 1 from state where name = 'splits_by_flags') begin
        update placement set split = 0 where {_HERE}; end""",  # noqa: S608  our own words
    # What leaves is counted to where it goes, and there forgotten by the trigger above.
    f"""create trigger split_left after update of mailbox on placement
        when old.split <> 0 and old.mailbox <> new.mailbox begin
        update split_count set total = total - 1, unread = unread - (old.flags & 1 = 0)
            where mailbox = old.mailbox and split = old.split;
        insert into split_count values(new.mailbox, new.split, 1, new.flags & 1 = 0)
            on conflict(mailbox, split)
            do update set total = total + 1, unread = unread + excluded.unread;
        update placement set split = 0 where {_HERE}; end""",  # noqa: S608  our own words
)
"""Which split each mail of the inboxes is in."""

SPLITS: Final = """create table split(
    id integer primary key autoincrement, position integer not null, name text not null,
    query text not null)"""

_STATE = "create table state(name text primary key, value) without rowid"


CACHE: Final = (
    _STATE,
    "create table account(id integer primary key, name text not null unique)",
    """create table mailbox(
        id integer primary key autoincrement, account integer not null, name text not null,
        delimiter text not null, role text, is_selectable integer not null,
        is_read_only integer not null default 0, total integer not null default 0,
        unread integer not null default 0, gen integer not null default 0,
        uid_validity integer not null default 0, uid_next integer not null default 0,
        highest_modseq integer not null default 0, permanent_flags text not null default '',
        backlog_done integer not null default 0, is_subscribed integer not null default 1,
        unique(account, name))""",
    """create table keyword(
        account integer not null, bit integer not null, name text not null,
        primary key(account, bit)) without rowid""",
    # rcpt is shown, people is what is indexed of recipients (see text); refs are packed 8-byte
    # hashes, for the tree; props: see props.
    """create table message(
        id integer primary key, key integer not null, thread integer not null, sender text,
        addr text, subject text, rcpt text, people text, size integer, list text, msgid text,
        refs blob, props integer, snippet text not null default '')""",
    "create index message_thread on message(thread)",
    # mailbox and flags are what is shown, smailbox and sflags what the server has; ref is the UID.
    # A message that is only expected has smailbox 0 and ref -operation; mailbox 0 is nowhere.
    """create table placement(
        mailbox integer not null, message integer not null, smailbox integer not null,
        ref integer not null, sflags integer not null, flags integer not null,
        thread integer not null, split integer not null default 0,
        primary key(mailbox, message, smailbox, ref)) without rowid""",
    "create unique index placement_ref on placement(smailbox, ref)",
    "create index placement_msg on placement(message)",
    "create index placement_unread on placement(mailbox, message) where flags & 1 = 0",
    MARKED_INDEX,
    """create index placement_pending on placement(mailbox)
        where mailbox <> smailbox or flags <> sflags""",
    # Every Message-ID seen or referred to, and every content key.
    """create table refhash(
        hash integer primary key, thread integer not null, message integer)""",
    *BASE_SUBJECT,
    "create table alias(old integer primary key, new integer not null)",
    "create index alias_new on alias(new)",
    """create table person(
        addr text primary key, name text, seen integer, last integer) without rowid""",
    "create table orphan(message integer primary key, since integer not null)",
    # Batches whose header text may not be in search.db yet.
    "create table unindexed(batch integer primary key, messages blob not null)",
    # Counters. There is no insert trigger: it would cost 4 us a message (see arrivals.place).
    """create trigger placement_gone after delete on placement begin
        update mailbox set total = total - 1, unread = unread - (old.flags & 1 = 0), gen = gen + 1
            where id = old.mailbox; end""",
    """create trigger placement_changed after update of mailbox, flags on placement
        when old.mailbox <> new.mailbox or old.flags <> new.flags begin
        update mailbox set total = total - 1, unread = unread - (old.flags & 1 = 0), gen = gen + 1
            where id = old.mailbox;
        update mailbox set total = total + 1, unread = unread + (new.flags & 1 = 0), gen = gen + 1
            where id = new.mailbox; end""",
    *SORTING,
    *SPLIT_MEMBERS,
    FLAGGED_INDEX,
)

SEARCH: Final = (
    _STATE,
    """create virtual table ft using fts5(subject, sender, rcpt, body, attach,
        content='', tokenize="unicode61 remove_diacritics 2")""",
    "insert into ft(ft, rank) values('hashsize', 16777216)",
    # Messages whose text is indexed, not their header alone.
    "create table doc(message integer primary key, key integer not null)",
)

BODIES: Final = (
    _STATE,
    # codec: 0 as it is, 1 zlib, 2 a file named by the SHA-256 in raw. arrived: seconds UTC.
    """create table body(
        message_key integer primary key, codec integer not null, raw blob,
        arrived integer not null default 0)""",
)

LOCAL_MAIL: Final = (
    # Mailboxes that live here alone; the id is the UIDVALIDITY. See local_mail.
    """create table local_mailbox(
        id integer primary key autoincrement, account text not null, name text not null,
        role text, uid_next integer not null default 1, modseq integer not null default 1,
        unique(account, name))""",
    """create table local_message(
        id integer primary key autoincrement, mailbox integer not null, uid integer not null,
        key integer not null, digest text not null, flags text not null, date integer not null,
        size integer not null, modseq integer not null, message_id text not null default '',
        origin text not null default '')""",
    "create unique index local_message_uid on local_message(mailbox, uid)",
    "create index local_message_key on local_message(key)",
    """create index local_message_id on local_message(mailbox, message_id)
        where message_id <> ''""",
    """create unique index local_message_origin on local_message(mailbox, origin)
        where origin <> ''""",
    # What has come from a POP3 server; gone: since when it is not listed there any more, or 0.
    """create table pop3_mail(
        id integer primary key autoincrement, account text not null, uid text not null,
        digest text not null, fetched integer not null, gone integer not null default 0)""",
    "create unique index pop3_mail_uid on pop3_mail(account, uid)",
)

SAVED_SEARCH: Final = "create table saved_search(name text primary key, query text not null)"

REPORTS: Final = (
    # What each line to a submission server was like, and what was reported of a mail since.
    """create table line(
        submission integer not null references submission(id), attempt integer not null,
        time integer not null, host text not null, greeting text not null, tls text not null,
        reports_delivery integer not null, primary key(submission, attempt)) without rowid""",
    """create table report(
        id integer primary key autoincrement, outgoing text not null references outgoing(id),
        address text not null, kind text not null, action text not null, grade text not null,
        status text not null, diagnostic text not null, reporting_mta text not null,
        time integer not null, explanation text not null, message_key integer not null,
        message_id text not null,
        unique(outgoing, address, action, reporting_mta, message_id))""",
    """create table report_mark(
        account text not null, mailbox text not null, uid_validity integer not null,
        uid integer not null, primary key(account, mailbox)) without rowid""",
    "create index submission_envelope_id on submission(envelope_id) where envelope_id <> ''",
)

FOLLOWING: Final = (
    # What the server of a line takes at most, in bytes; 0 where it did not say.
    "alter table line add column max_size integer not null default 0",
    # What became of a report itself, and which keyword the copy in Sent was last given.
    "alter table report add column put_away integer not null default 0",
    "alter table report add column remote_mta text not null default ''",
    "alter table outgoing add column marked text not null default ''",
    # due: seconds UTC; state: see model.reminder.
    """create table reminder(
        outgoing text primary key references outgoing(id), due integer not null,
        state text not null) without rowid""",
)

WISHES: Final = (
    # asked: see claim_due. replaces: the recipient whose address this mail corrects.
    "alter table outgoing add column asked integer not null default 0",
    "alter table outgoing add column undo_until integer not null default 0",
    "alter table outgoing add column send_at integer not null default 0",
    "alter table outgoing add column give_up_s integer",
    "alter table outgoing add column wants_success integer not null default 0",
    "alter table outgoing add column replaces integer",
    "create index outgoing_replaces on outgoing(replaces) where replaces is not null",
    # The state that the person has dealt with: what comes after it is new.
    "alter table recipient add column known text not null default ''",
)

# What was said on the line at an attempt, without secrets, where the account keeps it.
TRANSCRIPT: Final = """create table transcript(
    submission integer not null references submission(id), attempt integer not null,
    text text not null, primary key(submission, attempt)) without rowid"""

JOURNALLED: Final = (
    # grp: entries of one group are taken back together. deed: see `deeds`.
    "alter table batch add column grp integer not null default 0",
    """create table deed(
        id integer primary key autoincrement, batch integer not null, kind text not null,
        account text not null, name text not null, before text, after text)""",
    "create index deed_batch on deed(batch)",
    # Mails put off until a time or a reply, and conversations that are muted or done; see
    # `snoozes` and `watches`. Times are seconds UTC.
    """create table snooze(
        account text not null, key integer not null, until integer not null,
        home text not null, bed text not null, state text not null, since integer not null,
        known text not null, primary key(account, key)) without rowid""",
    """create table watch(
        kind text not null, account text not null, anchor integer not null,
        since integer not null, anchors text not null, known text not null,
        home text not null, bed text not null, away text not null,
        primary key(kind, account, anchor)) without rowid""",
    # Mailboxes to be made on their server as soon as it is reached.
    """create table wanted_mailbox(
        account text not null, name text not null, delimiter text not null,
        primary key(account, name)) without rowid""",
    "create table macro(name text primary key, keys text not null) without rowid",
)

APPOINTMENTS: Final = (
    # What was answered to invitations; stamp: seconds UTC. See `appointments`.
    """create table appointment(
        account text not null, uid text not null, instance text not null,
        sequence integer not null, stamp integer not null, organizer text not null,
        summary text not null, answer text not null, cancelled integer not null default 0,
        primary key(account, uid, instance)) without rowid""",
    """create table appointment_time(
        id integer primary key autoincrement, account text not null, uid text not null,
        instance text not null, begins integer not null, ends integer not null)""",
    "create index appointment_time_end on appointment_time(ends, begins)",
    "create index appointment_time_of on appointment_time(account, uid, instance)",
)

LOCAL: Final = (
    _STATE,
    """create table batch(
        id integer primary key autoincrement, kind text not null, sentence text not null,
        created integer not null, of integer not null default 0,
        taken_back integer not null default 0)""",
    """create table operation(
        id integer primary key autoincrement, batch integer not null, account text not null,
        kind text not null, mailbox text not null, uid_validity integer not null,
        uid integer not null, key integer not null, destination text not null default '',
        add_flags text not null default '', remove_flags text not null default '',
        blob text not null default '', message_id text not null default '',
        state text not null default 'pending', created integer not null,
        reply text not null default '', flags_before text not null default '',
        started integer not null default 0, settled integer not null default 0,
        finished integer not null default 0, new_uid_validity integer not null default 0,
        new_uid integer not null default 0, internal_date integer not null default 0,
        tries integer not null default 0, least_uid_validity integer not null default 0,
        least_uid integer not null default 0)""",
    "create index operation_pending on operation(id) where state = 'pending'",
    """create index operation_landed on operation(id)
        where state = 'done' and settled = 0""",
    "create index operation_batch on operation(batch)",
    "create index operation_key on operation(key)",
    """create table outgoing(
        id text primary key, message_id text not null, account text not null,
        subject text not null, state text not null, attempts integer not null default 0,
        created integer not null, not_before integer not null, next_attempt integer,
        last_error text not null default '', draft text, original integer, changed integer)""",
    "create index outgoing_message_id on outgoing(message_id)",
    "create index outgoing_state on outgoing(state, account)",
    """create table submission(
        id integer primary key autoincrement, outgoing text not null references outgoing(id),
        sender text not null, blob text not null, phase text not null default '',
        attempts integer not null default 0, lease_until integer,
        envelope_id text not null default '')""",
    "create index submission_outgoing on submission(outgoing)",
    """create table recipient(
        id integer primary key autoincrement, submission integer not null references submission(id),
        address text not null, state text not null, code integer,
        enhanced_code text not null default '', reply text not null default '',
        queue_id text not null default '', explanation text not null default '')""",
    "create index recipient_submission on recipient(submission)",
    """create table reply(
        id integer primary key autoincrement, submission integer not null references submission(id),
        attempt integer not null, time integer not null, phase text not null,
        address text not null, code integer, enhanced_code text not null, text text not null,
        server text not null)""",
    "create index reply_submission on reply(submission)",
    """create table event(
        id integer primary key autoincrement, outgoing text not null references outgoing(id),
        time integer not null, what text not null, who text not null, detail text not null)""",
    "create index event_outgoing on event(outgoing)",
    *REPORTS,
    """create table draft(
        id text primary key, updated integer not null, content text not null)""",
    """create table contact(
        addr text primary key, name text not null, used integer not null, last integer not null)
        without rowid""",
    *LOCAL_MAIL,
    SAVED_SEARCH,
    *FOLLOWING,
    *WISHES,
    TRANSCRIPT,
    *JOURNALLED,
    SPLITS,
    *APPOINTMENTS,
)

TABLES: Final = {
    Database.LOCAL: LOCAL,
    Database.CACHE: CACHE,
    Database.SEARCH: SEARCH,
    Database.BODIES: BODIES,
}
