"""neomutt and aerc on the same mailbox as tuimail, for figures that can be compared."""

from pathlib import Path
from urllib.parse import quote

from benchmarks.terminal import Terminal
from tests.servers.real import RealServers

MARKER = b"Person"
"""Every sender's name holds it: the first rows are on the screen."""


SIZE = (120, 40)


def neomutt(servers: RealServers, folder: Path, size: tuple[int, int] = SIZE) -> Terminal:
    """Start neomutt with its header cache, on INBOX; it counts no progress on the screen."""
    account = servers.account("alice")
    (folder / "cache").mkdir(parents=True, exist_ok=True)
    (folder / "neomuttrc").write_text(
        f'set imap_user="{account.username}"\n'
        f'set imap_pass="{account.password}"\n'
        f'set folder="imaps://127.0.0.1:{servers.imaps_port}/"\n'
        'set spoolfile="+INBOX"\n'
        f'set header_cache="{folder}/cache/"\n'
        f'set ssl_ca_certificates_file="{servers.ca_file}"\n'
        "set ssl_verify_host=no\nset sort=threads\nset sort_aux=last-date-received\n"
        "unset mark_old\nset sort=reverse-date\nset read_inc=0\nset net_inc=0\n"
    )
    argv = ["neomutt", "-n", "-F", str(folder / "neomuttrc")]
    return Terminal(argv, {"HOME": str(folder)}, size)


def aerc(servers: RealServers, folder: Path, size: tuple[int, int] = SIZE) -> Terminal:
    """Start aerc with its header cache, on INBOX."""
    account = servers.account("alice")
    config = folder / ".config" / "aerc"
    config.mkdir(parents=True, exist_ok=True)
    user, password = quote(account.username, safe=""), quote(account.password, safe="")
    accounts = config / "accounts.conf"
    accounts.write_text(
        f"[bench]\nsource = imaps://{user}:{password}@localhost:{servers.imaps_port}\n"
        "from = Alice <alice@north.test>\ndefault = INBOX\ncache-headers = true\n"
    )
    accounts.chmod(0o600)
    for name in ("aerc.conf", "binds.conf"):
        (config / name).write_bytes(Path("/usr/share/aerc", name).read_bytes())
    env = {"HOME": str(folder), "SSL_CERT_FILE": str(servers.ca_file)}
    env |= {
        f"XDG_{k}_HOME": str(folder / v) for k, v in (("CONFIG", ".config"), ("CACHE", ".cache"))
    }
    return Terminal(["aerc"], env, size)
