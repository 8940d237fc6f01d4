"""When a pass over an account is given up."""

from tuimail.errors import NetworkError, ServerSilent
from tuimail.sync.passes import MAX_CUTS, Passes


async def test_a_pass_begins_again_after_a_cut_some_times_and_not_more():
    passes = Passes()
    end = passes.add("", headers_only=True)
    for _ in range(MAX_CUTS):
        passes.cut(NetworkError("the line was cut"))
        assert not end.done()
    passes.cut(NetworkError("the line was cut"))
    assert (await end).hint == "the line was cut"


async def test_a_pass_is_over_where_the_server_was_silent_until_the_line_was_given_up():
    passes = Passes()
    end = passes.add("", headers_only=True)
    passes.cut(ServerSilent("no answer"))
    assert (await end).hint == "no answer"
