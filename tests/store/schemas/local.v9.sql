create table state(name text primary key, value) without rowid;;
create table batch(
        id integer primary key autoincrement, kind text not null, sentence text not null,
        created integer not null, of integer not null default 0,
        taken_back integer not null default 0);;
create table operation(
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
        least_uid integer not null default 0);;
create index operation_pending on operation(id) where state = 'pending';;
create index operation_landed on operation(id)
        where state = 'done' and settled = 0;;
create index operation_batch on operation(batch);;
create index operation_key on operation(key);;
create table outgoing(
        id text primary key, message_id text not null, account text not null,
        subject text not null, state text not null, attempts integer not null default 0,
        created integer not null, not_before integer not null, next_attempt integer,
        last_error text not null default '', draft text, original integer, changed integer);;
create index outgoing_message_id on outgoing(message_id);;
create index outgoing_state on outgoing(state, account);;
create table submission(
        id integer primary key autoincrement, outgoing text not null references outgoing(id),
        sender text not null, blob text not null, phase text not null default '',
        attempts integer not null default 0, lease_until integer,
        envelope_id text not null default '');;
create index submission_outgoing on submission(outgoing);;
create table recipient(
        id integer primary key autoincrement, submission integer not null references submission(id),
        address text not null, state text not null, code integer,
        enhanced_code text not null default '', reply text not null default '',
        queue_id text not null default '', explanation text not null default '');;
create index recipient_submission on recipient(submission);;
create table reply(
        id integer primary key autoincrement, submission integer not null references submission(id),
        attempt integer not null, time integer not null, phase text not null,
        address text not null, code integer, enhanced_code text not null, text text not null,
        server text not null);;
create index reply_submission on reply(submission);;
create table event(
        id integer primary key autoincrement, outgoing text not null references outgoing(id),
        time integer not null, what text not null, who text not null, detail text not null);;
create index event_outgoing on event(outgoing);;
create table line(
        submission integer not null references submission(id), attempt integer not null,
        time integer not null, host text not null, greeting text not null, tls text not null,
        reports_delivery integer not null, primary key(submission, attempt)) without rowid;;
create table report(
        id integer primary key autoincrement, outgoing text not null references outgoing(id),
        address text not null, kind text not null, action text not null, grade text not null,
        status text not null, diagnostic text not null, reporting_mta text not null,
        time integer not null, explanation text not null, message_key integer not null,
        message_id text not null,
        unique(outgoing, address, action, reporting_mta, message_id));;
create table report_mark(
        account text not null, mailbox text not null, uid_validity integer not null,
        uid integer not null, primary key(account, mailbox)) without rowid;;
create index submission_envelope_id on submission(envelope_id) where envelope_id <> '';;
create table draft(
        id text primary key, updated integer not null, content text not null);;
create table contact(
        addr text primary key, name text not null, used integer not null, last integer not null)
        without rowid;;
create table local_mailbox(
        id integer primary key autoincrement, account text not null, name text not null,
        role text, uid_next integer not null default 1, modseq integer not null default 1,
        unique(account, name));;
create table local_message(
        id integer primary key autoincrement, mailbox integer not null, uid integer not null,
        key integer not null, digest text not null, flags text not null, date integer not null,
        size integer not null, modseq integer not null, message_id text not null default '',
        origin text not null default '');;
create unique index local_message_uid on local_message(mailbox, uid);;
create index local_message_key on local_message(key);;
create index local_message_id on local_message(mailbox, message_id)
        where message_id <> '';;
create unique index local_message_origin on local_message(mailbox, origin)
        where origin <> '';;
create table pop3_mail(
        id integer primary key autoincrement, account text not null, uid text not null,
        digest text not null, fetched integer not null, gone integer not null default 0);;
create unique index pop3_mail_uid on pop3_mail(account, uid);;
create table saved_search(name text primary key, query text not null);;
alter table line add column max_size integer not null default 0;;
alter table report add column put_away integer not null default 0;;
alter table report add column remote_mta text not null default '';;
alter table outgoing add column marked text not null default '';;
create table reminder(
        outgoing text primary key references outgoing(id), due integer not null,
        state text not null) without rowid;;
alter table outgoing add column asked integer not null default 0;;
alter table outgoing add column undo_until integer not null default 0;;
alter table outgoing add column send_at integer not null default 0;;
alter table outgoing add column give_up_s integer;;
alter table outgoing add column wants_success integer not null default 0;;
alter table outgoing add column replaces integer;;
create index outgoing_replaces on outgoing(replaces) where replaces is not null;;
alter table recipient add column known text not null default '';;
create table transcript(
    submission integer not null references submission(id), attempt integer not null,
    text text not null, primary key(submission, attempt)) without rowid;;
alter table batch add column grp integer not null default 0;;
create table deed(
        id integer primary key autoincrement, batch integer not null, kind text not null,
        account text not null, name text not null, before text, after text);;
create index deed_batch on deed(batch);;
create table snooze(
        account text not null, key integer not null, until integer not null,
        home text not null, bed text not null, state text not null, since integer not null,
        known text not null, primary key(account, key)) without rowid;;
create table watch(
        kind text not null, account text not null, anchor integer not null,
        since integer not null, anchors text not null, known text not null,
        home text not null, bed text not null, away text not null,
        primary key(kind, account, anchor)) without rowid;;
create table wanted_mailbox(
        account text not null, name text not null, delimiter text not null,
        primary key(account, name)) without rowid;;
create table macro(name text primary key, keys text not null) without rowid;;
create table split(
    id integer primary key autoincrement, position integer not null, name text not null,
    query text not null);;
create table appointment(
        account text not null, uid text not null, instance text not null,
        sequence integer not null, stamp integer not null, organizer text not null,
        summary text not null, answer text not null, cancelled integer not null default 0,
        primary key(account, uid, instance)) without rowid;;
create table appointment_time(
        id integer primary key autoincrement, account text not null, uid text not null,
        instance text not null, begins integer not null, ends integer not null);;
create index appointment_time_end on appointment_time(ends, begins);;
create index appointment_time_of on appointment_time(account, uid, instance);;
