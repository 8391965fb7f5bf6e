"""Mailboxes that sign in, as commands set them up, on servers that validate their tokens."""

import json
import os
import ssl
import subprocess
import sys
import urllib.request
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from supportcli.domain.sign_in import SignInWay
from tests.commands.program import Program
from tests.servers.certificates import app_certificate
from tests.servers.dovecot import TokenDovecot
from tests.servers.issuer import CLIENT_ID, CLIENT_SECRET, PERSON, TENANT, Issuer
from tests.servers.smtp import SmtpServer

WAYS = [
    "token-command",
    "microsoft",
    "microsoft-app",
    "microsoft-app with certificate",
    "google",
    "google-service-account",
]


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A desk whose mailbox `address` is on these servers."""

    program: Program
    issuer: Issuer
    imap: TokenDovecot
    smtp: SmtpServer
    address: str

    def sign_in(self, way: str) -> str:
        """Sign in as `way` says; what the command printed. A person signs in in their browser."""
        if way == "token-command":
            self.give_token()
            give = str(self.program.folder / "give")
            return self.program.done(
                "mailbox", "trust", self.address, "--token-command", give, "--yes"
            )
        self.issuer.approve()
        done = ("mailbox", "sign-in", self.address, "--yes", *self.flags(way))
        return self._with_browser(*done) if way == "google" else self.program.done(*done)

    def flags(self, way: str) -> tuple[str, ...]:
        """The options of a way."""
        microsoft = ("--client-id", CLIENT_ID, "--tenant", TENANT, "--authority", self.issuer.url)
        match way:
            case "microsoft":
                return ("--way", way, *microsoft, "--user-signs-in", PERSON)
            case "microsoft-app":
                self.private("secret", CLIENT_SECRET)
                return ("--way", way, *microsoft, "--client-secret", "file:secret")
            case "microsoft-app with certificate":
                pem = app_certificate(self.program.clock.now + timedelta(days=60))
                self.issuer.issued.certificate = pem[pem.index("-----BEGIN CERT") :].encode()
                file = self.private("app.pem", pem)
                return ("--way", "microsoft-app", *microsoft, "--certificate", str(file))
            case "google":
                file = self.private("client.json", json.dumps(self.issuer.google_client()))
                return ("--way", way, "--client-file", str(file))
            case _:
                file = self.private("key.json", json.dumps(self.issuer.google_account()))
                return ("--way", SignInWay.GOOGLE_SERVICE_ACCOUNT, "--key-file", str(file))

    def private(self, name: str, text: str) -> Path:
        """A file that only its owner can read."""
        path = self.program.folder / name
        path.write_text(text)
        path.chmod(0o600)
        return path

    def renew(self, way: str, *options: str) -> None:
        """What an admin does when something ends: a new certificate, or a new secret that `options`
        say more of."""
        if way == "microsoft-app":
            ends = self.program.clock.now.date() + timedelta(days=365)
            options = options or ("--client-secret-expires", str(ends))
            self.program.done("mailbox", "sign-in", self.address, *options)
        elif way == "microsoft-app with certificate":
            pem = app_certificate(self.program.clock.now + timedelta(days=365))
            self.issuer.issued.certificate = pem[pem.index("-----BEGIN CERT") :].encode()
            self.private("app.pem", pem)

    def give_token(self) -> None:
        """Let a program print a fresh token of the issuer, as those that are made for it do."""
        self.private("token", self.issuer.issue() + "\n")
        path = self.program.folder / "give"
        path.write_text(f"#!/bin/sh\nexec cat {self.program.folder}/token\n")
        path.chmod(0o700)

    def _with_browser(self, *argv: str) -> str:
        """Run a command that shows an address, which a browser opens meanwhile."""
        said = ""
        with subprocess.Popen(
            [sys.executable, "-m", "supportcli", *argv],
            env={**os.environ, **self.program.environ},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stdout is not None
            for line in process.stdout:
                said += line
                if "browser: https://" in line:
                    visit(line.partition("browser: ")[2].strip())
        assert process.returncode == 0, said
        return said


def visit(address: str) -> None:
    """A browser on this machine follows an address, and where it leads."""
    urllib.request.urlopen(
        f"https://{address.removeprefix('https://')}", context=ssl.create_default_context()
    ).read()
