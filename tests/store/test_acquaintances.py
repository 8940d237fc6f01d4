from tests.store.makers import BEGIN, arrival, box_id, store_with_mailboxes
from tuimail.model.address import Address
from tuimail.store.acquaintances import (
    OFTEN,
    acquaintance,
    contact_named,
    domains_seen,
    domains_written_to,
    was_asked,
)
from tuimail.store.contacts import correct, harvest
from tuimail.store.database import Database
from tuimail.store.messages import put_messages


def test_who_wrote_and_who_was_written_to_are_told_apart(tmp_path):
    store = store_with_mailboxes(tmp_path)
    harvest(store, [Address("Ann", "Ann@North.example")], BEGIN)
    often = [arrival(n, from_=(Address("", "bob@south.example"),)) for n in range(1, OFTEN + 1)]
    once = [arrival(90, from_=(Address("", "eve@far.example"),))]
    put_messages(store, box_id(store, "INBOX"), [*often, *once])
    assert acquaintance(store, "ann@north.EXAMPLE") == (True, 0)
    assert acquaintance(store, "bob@south.example") == (False, OFTEN)
    assert acquaintance(store, "nobody@south.example") == (False, 0)
    assert acquaintance(store, "\ud800'@x") == (False, 0)
    assert domains_written_to(store) == ["north.example"]
    assert domains_seen(store) == ["south.example"]
    store.close()


def test_a_copy_of_a_mail_in_another_mailbox_counts_once(tmp_path):
    store = store_with_mailboxes(tmp_path)
    same = [arrival(1, from_=(Address("", "eve@far.example"),))]
    put_messages(store, box_id(store, "INBOX"), same)
    put_messages(store, box_id(store, "Archive"), same)
    assert acquaintance(store, "eve@far.example").seen == 1
    store.close()


def test_a_name_is_known_by_the_address_it_is_written_to_most(tmp_path):
    store = store_with_mailboxes(tmp_path)
    harvest(store, [Address("Ann North", "old@north.example")], BEGIN)
    for _ in range(2):
        harvest(store, [Address("Ann North", "ann@north.example")], BEGIN)
    assert contact_named(store, "ann north") == "ann@north.example"
    assert contact_named(store, "Bob") == ""
    correct(store, "old@north.example", "ann@north.example", BEGIN)
    assert not acquaintance(store, "old@north.example").is_contact
    store.close()


def test_who_was_written_to_in_a_thread_with_another_program_was_asked(tmp_path):
    store = store_with_mailboxes(tmp_path)
    people = {"to": (Address("Eve", "Eve@far.example"), Address("Bob", "bob@south.example"))}
    mine = arrival(1, from_=(Address("Me", "Me@work.example"),), **people)
    theirs = arrival(2, from_=(Address("", "eve@far.example"),), **people)
    rows = put_messages(store, box_id(store, "Sent"), [mine, theirs])
    threads = dict(store.rows(Database.CACHE, "select id, thread from message"))
    own = {"me@work.example", "me@home.example"}
    sent, other = (threads[row] for row in rows)
    assert was_asked(store, sent, own, "eve@FAR.example")
    assert was_asked(store, sent, own, "bob@south.example")
    assert not was_asked(store, sent, own, "ve@far.example")
    assert not was_asked(store, sent, own, "eve@far.exampl")
    assert not was_asked(store, other, own, "eve@far.example")
    assert not was_asked(store, sent, (), "eve@far.example")
    store.close()
