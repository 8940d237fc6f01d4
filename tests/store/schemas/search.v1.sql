create table state(name text primary key, value) without rowid;;
create virtual table ft using fts5(subject, sender, rcpt, body, attach,
        content='', tokenize="unicode61 remove_diacritics 2");;
insert into ft(ft, rank) values('hashsize', 16777216);;
create table doc(message integer primary key, key integer not null);;
