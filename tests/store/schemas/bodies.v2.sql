create table state(name text primary key, value) without rowid;;
create table body(
        message_key integer primary key, codec integer not null, raw blob,
        arrived integer not null default 0);;
