"""A private Dovecot 2.3: any user of shop.test, a mailbox each, IMAP without TLS, with STARTTLS and
with TLS."""

import base64
import grp
import os
import pwd
import re
import subprocess
from functools import partial

from tests.servers import jwt
from tests.servers.certificates import Certificates, make_certificates
from tests.servers.imap import ImapServer
from tests.servers.process import LOOPBACK, ServerFailed, ServerMissing, answers, free_port, program

PACKAGE = "dovecot-imapd"
EXPIRED_HOST = "127.0.0.2"

CONFIGURATION = """
base_dir = {folder}/run
state_dir = {folder}/run
protocols = imap
listen = {hosts}
log_path = /dev/stderr
auth_failure_delay = 0
disable_plaintext_auth = no
mail_location = sdbox:~/mail
mail_fsync = never
mail_uid = {mail_user}
mail_gid = {mail_group}
mail_max_userip_connections = 100
first_valid_uid = 1
{identity}
ssl = yes
ssl_cert = <{certificates.good}
ssl_key = <{certificates.key}
local {expired_host} {{
  ssl_cert = <{certificates.expired}
}}
passdb {{
  driver = static
  args = password=secret-%n
}}
{tokens}
userdb {{
  driver = static
  args = home={folder}/users/%u allow_all_users=yes
}}
service imap-login {{
  process_min_avail = 1
  service_count = 0
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
  }}
  {chroot}
}}
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
  {chroot}
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Sent {{
    special_use = \\Sent
    auto = create
  }}
  mailbox Junk {{
    special_use = \\Junk
    auto = create
  }}
  mailbox Trash {{
    special_use = \\Trash
    auto = create
  }}
}}
"""

UNPRIVILEGED = """
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
"""


TOKENS = """
auth_mechanisms = plain xoauth2 oauthbearer
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {folder}/oauth2.conf
}}
"""
LOCAL_VALIDATION = """
introspection_mode = local
local_validation_key_dict = fs:posix:prefix={folder}/keys/
username_attribute = email
issuers = {issuer}
"""


class Dovecot(ImapServer):
    """Dovecot on `port` (plain or STARTTLS) and `tls_port` (implicit TLS, RFC 8314). Both answer at
    `expired_host` too, with an expired certificate. The authority to trust is
    `certificates.authority`."""

    expired_host = EXPIRED_HOST

    def __init__(self) -> None:
        super().__init__()
        self.tls_port = 0
        self.certificates: Certificates = make_certificates(self.folder)

    def start(self) -> None:
        """Start it, as root or as anybody. Raises ServerMissing where Dovecot is missing or not
        2.3, whose configuration this is."""
        dovecot = program("dovecot", PACKAGE)
        version = subprocess.run(
            [dovecot, "--version"], capture_output=True, text=True, check=True
        ).stdout
        if not re.match(r"2\.3\.", version):
            raise ServerMissing(f"Dovecot 2.3, not {version.strip()}", PACKAGE)
        self.port, self.tls_port = free_port(), free_port()
        configuration = self.folder / "dovecot.conf"
        configuration.write_text(self._configuration(), encoding="utf-8")
        self.launch([dovecot, "-F", "-c", str(configuration)], partial(answers, self.port, b"* OK"))

    def tokens(self) -> str:
        """The part of the configuration that lets users in by tokens."""
        return ""

    def set_uid_validity(self, user: str, folder: str, number: int) -> None:
        """Make the folder look restored: from now on its UIDVALIDITY is `number`. Open sessions are
        told BYE."""
        self._doveadm("mailbox", "update", "-u", user, "--uid-validity", str(number), folder)

    def kick(self, user: str) -> None:
        """Cut every connection of `user` with an untagged BYE."""
        self._doveadm("kick", user)

    def _doveadm(self, *arguments: str) -> None:
        command = [program("doveadm", PACKAGE), "-c", str(self.folder / "dovecot.conf"), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise ServerFailed(f"{' '.join(command)}: {done.stderr}\n{self.log_tail()}")

    def _configuration(self) -> str:
        """The configuration: mail belongs to nobody where root starts it, since Dovecot keeps none
        as root."""
        root = os.geteuid() == 0
        mail = pwd.getpwnam("nobody") if root else pwd.getpwuid(os.geteuid())
        users = self.folder / "users"
        users.mkdir()
        if root:
            os.chown(users, mail.pw_uid, mail.pw_gid)
        return CONFIGURATION.format(
            folder=self.folder,
            hosts=f"{LOOPBACK}, {EXPIRED_HOST}",
            mail_user=mail.pw_uid,
            mail_group=mail.pw_gid,
            identity=""
            if root
            else UNPRIVILEGED.format(user=mail.pw_name, group=grp.getgrgid(mail.pw_gid).gr_name),
            chroot="" if root else "chroot =",
            tokens=self.tokens(),
            certificates=self.certificates,
            expired_host=EXPIRED_HOST,
            port=self.port,
            tls_port=self.tls_port,
        )


class TokenDovecot(Dovecot):
    """A Dovecot that also takes access tokens (XOAUTH2, OAUTHBEARER): JWTs that `tests.servers.jwt`
    signs, whose email is the user. There is no identity provider: it validates them itself."""

    def tokens(self) -> str:
        for algorithm in ("HS256", "hs256"):
            keys = self.folder / "keys" / "default" / algorithm
            keys.mkdir(parents=True)
            (keys / "default").write_bytes(base64.b64encode(jwt.KEY))
        (self.folder / "oauth2.conf").write_text(
            LOCAL_VALIDATION.format(folder=self.folder, issuer=jwt.ISSUER), encoding="utf-8"
        )
        return TOKENS.format(folder=self.folder)
