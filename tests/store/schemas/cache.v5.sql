create table state(name text primary key, value) without rowid;;
create table account(id integer primary key, name text not null unique);;
create table mailbox(
        id integer primary key autoincrement, account integer not null, name text not null,
        delimiter text not null, role text, is_selectable integer not null,
        is_read_only integer not null default 0, total integer not null default 0,
        unread integer not null default 0, gen integer not null default 0,
        uid_validity integer not null default 0, uid_next integer not null default 0,
        highest_modseq integer not null default 0, permanent_flags text not null default '',
        backlog_done integer not null default 0, is_subscribed integer not null default 1,
        unique(account, name));;
create table keyword(
        account integer not null, bit integer not null, name text not null,
        primary key(account, bit)) without rowid;;
create table message(
        id integer primary key, key integer not null, thread integer not null, sender text,
        addr text, subject text, rcpt text, people text, size integer, list text, msgid text,
        refs blob, props integer, snippet text not null default '');;
create index message_thread on message(thread);;
create table placement(
        mailbox integer not null, message integer not null, smailbox integer not null,
        ref integer not null, sflags integer not null, flags integer not null,
        thread integer not null, split integer not null default 0,
        primary key(mailbox, message, smailbox, ref)) without rowid;;
create unique index placement_ref on placement(smailbox, ref);;
create index placement_msg on placement(message);;
create index placement_unread on placement(mailbox, message) where flags & 1 = 0;;
create index placement_marked on placement(message, flags) where flags & -2 <> 0;;
create index placement_pending on placement(mailbox)
        where mailbox <> smailbox or flags <> sflags;;
create table refhash(
        hash integer primary key, thread integer not null, message integer);;
create table base_subject(
        hash integer not null, is_answer integer not null, message integer not null,
        primary key(hash, is_answer, message)) without rowid;;
create index base_subject_answer on base_subject(message) where is_answer = 1;;
create table alias(old integer primary key, new integer not null);;
create index alias_new on alias(new);;
create table person(
        addr text primary key, name text, seen integer, last integer) without rowid;;
create table orphan(message integer primary key, since integer not null);;
create table unindexed(batch integer primary key, messages blob not null);;
create trigger placement_gone after delete on placement begin
        update mailbox set total = total - 1, unread = unread - (old.flags & 1 = 0), gen = gen + 1
            where id = old.mailbox; end;;
create trigger placement_changed after update of mailbox, flags on placement
        when old.mailbox <> new.mailbox or old.flags <> new.flags begin
        update mailbox set total = total - 1, unread = unread - (old.flags & 1 = 0), gen = gen + 1
            where id = old.mailbox;
        update mailbox set total = total + 1, unread = unread + (new.flags & 1 = 0), gen = gen + 1
            where id = new.mailbox; end;;
create table sort_key(
        message integer primary key, sender text not null, subject text not null,
        size integer not null) without rowid;;
create index sort_key_sender on sort_key(sender, message desc);;
create index sort_key_subject on sort_key(subject, message desc);;
create index sort_key_size on sort_key(size desc, message desc);;
create trigger message_gone after delete on message begin
        delete from sort_key where message = old.id; end;;
create table unsorted(batch integer primary key, messages blob not null);;
create table split_count(
        mailbox integer not null, split integer not null, total integer not null,
        unread integer not null, primary key(mailbox, split)) without rowid;;
create index placement_split on placement(mailbox, split) where split > 0;;
create trigger split_gone after delete on placement when old.split <> 0 begin
        update split_count set total = total - 1, unread = unread - (old.flags & 1 = 0)
            where mailbox = old.mailbox and split = old.split; end;;
create trigger split_changed after update of split on placement
        when old.split <> new.split begin
        update split_count set total = total - 1, unread = unread - (old.flags & 1 = 0)
            where mailbox = old.mailbox and split = old.split;
        insert into split_count select new.mailbox, new.split, 1, new.flags & 1 = 0
            where new.split <> 0 on conflict(mailbox, split)
            do update set total = total + 1, unread = unread + excluded.unread; end;;
create trigger split_read after update of flags on placement
        when new.split <> 0 and old.mailbox = new.mailbox and old.flags & 1 <> new.flags & 1 begin
        update split_count set unread = unread + (new.flags & 1 = 0) - (old.flags & 1 = 0)
            where mailbox = new.mailbox and split = new.split; end;;
create trigger split_marked after update of flags on placement
        when new.split <> 0 and old.mailbox = new.mailbox and (old.flags | 1) <> (new.flags | 1)
            and exists(select 1 from state where name = 'splits_by_flags') begin
        update placement set split = 0 where mailbox = new.mailbox and message = new.message and smailbox = new.smailbox
            and ref = new.ref; end;;
create trigger split_left after update of mailbox on placement
        when old.split <> 0 and old.mailbox <> new.mailbox begin
        update split_count set total = total - 1, unread = unread - (old.flags & 1 = 0)
            where mailbox = old.mailbox and split = old.split;
        insert into split_count values(new.mailbox, new.split, 1, new.flags & 1 = 0)
            on conflict(mailbox, split)
            do update set total = total + 1, unread = unread + excluded.unread;
        update placement set split = 0 where mailbox = new.mailbox and message = new.message and smailbox = new.smailbox
            and ref = new.ref; end;;
create index placement_flagged on placement(mailbox, message) where flags & 4 <> 0;;
