"""A store that is closed while other threads are at work."""

import subprocess
import sys

import pytest

SLOW = (
    "with recursive n(i) as (select ? union all select i + 1 from n where i < 300000)"
    " select i from n"
)
SCRIPT = f"""
import sys, threading
from pathlib import Path
from tuimail.store.database import Database, open_store

store = open_store(Path(sys.argv[1]))
begun = threading.Barrier(3)

class One:
    def __conform__(self, protocol):  # asked for as the statement begins
        begun.wait()
        return 1

def read():
    print(len(store.rows(Database.CACHE, "{SLOW}", (One(),))))

def write():
    with store.writing(Database.LOCAL) as writing:
        print(len(writing.rows("{SLOW}", (One(),))))

threads = [threading.Thread(target=work) for work in (read, write)]
for one in threads:
    one.start()
begun.wait()
store.close()
for one in threads:
    one.join()
"""


@pytest.mark.parametrize("attempt", range(3))
def test_whoever_reads_or_writes_finishes_before_its_connection_is_closed(tmp_path, attempt):
    del attempt
    # A connection closed under a statement ends the whole process, so it is one of its own.
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path)], check=False, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (0, "300000\n300000\n"), done.stderr
