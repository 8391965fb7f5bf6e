"""Signing in with Microsoft and Google, at an issuer that speaks as they do."""

import sys
import threading
import urllib.error
import urllib.request
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import keyring
import keyring.backends.fail
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from supportcli.credentials import grants, https, ways
from supportcli.credentials.grants import KeptGrant
from supportcli.credentials.microsoft import DeviceCode
from supportcli.credentials.ways import Prompts
from supportcli.domain.sign_in import SignInWay
from supportcli.errors.servers import LoginRefused, MailServerError
from supportcli.errors.tokens import (
    ClientSecretUnavailable,
    OAuthExtraMissing,
    SignedInAsAnother,
    SignInFileWrong,
    SignInNeeded,
    SignInRefused,
    SignInUnfinished,
    SignInUnreachable,
    TokensLocked,
    TokensNotKept,
)
from tests.credentials.sign_in_desk import HELP, Desk, visit, visiting
from tests.credentials.test_references import MemoryKeyring
from tests.desk.desks import START, StandingClock
from tests.servers.certificates import app_certificate
from tests.servers.issuer import GOOGLE_REFUSALS, PERSON, REFUSALS, Issuer


@pytest.mark.parametrize("way", SignInWay)
def test_each_way_gives_tokens_that_open_the_mailbox(
    desk: Desk, issuer: Issuer, way: SignInWay
) -> None:
    found = desk.signed_in(way)
    tokens = found.access_tokens()
    first = tokens.current()
    assert issuer.user_of(first) == HELP
    asked = len(issuer.requests)
    assert tokens.current() == first, "it is kept"
    assert len(issuer.requests) == asked


@pytest.mark.parametrize("way", SignInWay)
def test_a_token_is_renewed_before_it_ends_and_when_it_is_refused(
    desk: Desk, clock: StandingClock, way: SignInWay
) -> None:
    tokens = desk.signed_in(way).access_tokens()
    first = tokens.current()
    clock.tick(minutes=54)
    assert tokens.current() == first
    clock.tick(minutes=2)
    second = tokens.current()
    assert second != first
    third = tokens.instead_of(second)
    assert third not in {first, second}
    assert tokens.current() == third


@pytest.mark.parametrize("way", SignInWay)
def test_a_token_that_is_kept_needs_no_library(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, way: SignInWay
) -> None:
    tokens = desk.signed_in(way).access_tokens()
    first = tokens.current()
    for name in ("msal", "google.oauth2.service_account", "google.oauth2.credentials"):
        monkeypatch.setitem(sys.modules, name, None)
    assert tokens.current() == first
    with pytest.raises(OAuthExtraMissing, match=f"To sign in with {way.provider}"):
        tokens.instead_of(first)


def test_an_app_signs_in_by_its_certificate(desk: Desk, issuer: Issuer) -> None:
    pem = app_certificate(datetime(2027, 3, 1, tzinfo=UTC))
    issuer.issued.certificate = pem[pem.index("-----BEGIN CERT") :].encode()
    app = desk.way(
        SignInWay.MICROSOFT_APP, client_secret="", certificate=desk.private("app.pem", pem)
    )
    assert issuer.user_of(app.token("")) == HELP


def test_what_a_person_has_to_do_is_shown(desk: Desk, issuer: Issuer) -> None:
    shown: list[DeviceCode] = []

    def show(code: DeviceCode) -> None:
        shown.append(code)
        issuer.approve()

    found = desk.way(SignInWay.MICROSOFT)
    assert found.ask_person(Prompts(show, visiting)) == PERSON
    assert shown == [DeviceCode(f"{issuer.url}/device", "SHOP-CODE", 900)]


def test_somebody_else_in_the_browser_is_not_taken(desk: Desk, issuer: Issuer) -> None:
    issuer.approve("eve@shop.test")
    found = desk.way(SignInWay.MICROSOFT)
    with pytest.raises(SignedInAsAnother, match=r"eve@shop\.test signed in .* ada@shop\.test"):
        found.ask_person(Prompts(lambda _code: None, visiting))
    with pytest.raises(SignInNeeded):
        found.token("")


@pytest.mark.parametrize("way", [SignInWay.MICROSOFT, SignInWay.GOOGLE])
def test_a_sign_in_with_other_settings_does_not_count(desk: Desk, way: SignInWay) -> None:
    found = desk.signed_in(way)
    found.token("")
    other = replace(found, sign_in=replace(found.sign_in, user="bea@shop.test"))
    with pytest.raises(SignInNeeded) as needed:
        other.token("")
    assert needed.value.hint == f"Sign in with: supportcli mailbox sign-in {HELP}"
    assert isinstance(needed.value, MailServerError)


@pytest.mark.parametrize(
    ("way", "name"),
    [
        (way, name)
        for way in SignInWay
        for name in (*REFUSALS, *GOOGLE_REFUSALS)
        if (way.provider == "Microsoft") == name.startswith("AADSTS")
    ],
)
def test_a_refusal_is_told_with_its_remedy(
    desk: Desk, issuer: Issuer, way: SignInWay, name: str
) -> None:
    tokens = desk.signed_in(way).access_tokens()
    error, description, remedy = (REFUSALS | GOOGLE_REFUSALS)[name]
    issuer.refuse(error, f"{description}\r\nTrace ID: 1 Correlation ID: 2")
    with pytest.raises(SignInRefused) as refused:
        tokens.instead_of(tokens.current() if way.by_person else "")
    assert refused.value.sentence.startswith(f"{way.provider} refused the sign-in of {HELP}: ")
    assert description.rstrip(".") in refused.value.sentence
    assert "Trace" not in refused.value.sentence
    assert remedy in refused.value.hint
    assert isinstance(refused.value, LoginRefused), "after three of them the servers are left alone"
    assert not refused.value.new_token_helps
    assert refused.value.exit_code == 77
    assert "config.toml" not in refused.value.hint, "nothing is there before the first sign-in"


@pytest.mark.parametrize("way", [SignInWay.MICROSOFT, SignInWay.MICROSOFT_APP])
@pytest.mark.parametrize(
    ("said", "remedy"),
    [
        (("unauthorized_client", "AADSTS7000112: Application is disabled."), "is enabled"),
        (("unauthorized_client", "AADSTS9: Never seen."), "Enterprise applications"),
        (("unauthorized_client", "No number at all."), "Enterprise applications"),
        (("invalid_grant", "AADSTS70008: The refresh token has expired."), "mailbox sign-in"),
        (("invalid_grant", "Token has been expired or revoked."), "mailbox sign-in"),
        (("invalid_scope", "AADSTS9: Never seen."), "the app's registration"),
    ],
)
def test_microsoft_is_never_answered_with_googles_remedy(
    desk: Desk, issuer: Issuer, way: SignInWay, said: tuple[str, str], remedy: str
) -> None:
    tokens = desk.signed_in(way).access_tokens()
    issuer.refuse(*said)
    with pytest.raises(SignInRefused) as refused:
        tokens.instead_of(tokens.current() if way.by_person else "")
    assert remedy in refused.value.hint
    assert "google" not in refused.value.hint.lower()
    assert "service account" not in refused.value.hint


def test_what_passes_by_itself_is_no_refusal(desk: Desk, issuer: Issuer) -> None:
    issuer.refuse("server_error", "AADSTS90033: A transient error has occurred.")
    with pytest.raises(SignInUnreachable, match="AADSTS90033") as unreachable:
        desk.way(SignInWay.MICROSOFT_APP).token("")
    assert not isinstance(unreachable.value, LoginRefused)
    assert unreachable.value.exit_code == 69


def test_a_failure_within_google_is_no_refusal(desk: Desk, issuer: Issuer) -> None:
    issuer.refuse("internal_failure", "Backend Error")
    with pytest.raises(SignInUnreachable, match="internal_failure") as unreachable:
        desk.way(SignInWay.GOOGLE_SERVICE_ACCOUNT).token("")
    assert unreachable.value.exit_code == 69


def test_what_is_wrong_with_an_app_is_said_by_its_issuer(desk: Desk) -> None:
    wrong = {
        "client_id": ("another", "AADSTS700016"),
        "tenant": ("nowhere.test", "AADSTS90002"),
        "client_secret": (f"file:{desk.private('wrong', 'nonsense')}", "AADSTS7000215"),
    }
    for name, (value, code) in wrong.items():
        with pytest.raises(SignInRefused, match=code) as refused:
            desk.way(SignInWay.MICROSOFT_APP, **{name: value}).token("")
        assert "nonsense" not in refused.value.sentence
    with pytest.raises(SignInRefused, match="AADSTS700016"):
        desk.way(SignInWay.MICROSOFT, client_id="another").ask_person(
            Prompts(lambda _code: None, visiting)
        )


def test_a_service_account_without_delegation_is_told(desk: Desk, issuer: Issuer) -> None:
    issuer.mailbox = "other@shop.test"
    with pytest.raises(SignInRefused) as refused:
        desk.way(SignInWay.GOOGLE_SERVICE_ACCOUNT).token("")
    assert "Domain-wide delegation" in refused.value.hint


@pytest.mark.parametrize("way", SignInWay)
def test_an_issuer_that_is_silent_is_given_up(
    desk: Desk, issuer: Issuer, monkeypatch: pytest.MonkeyPatch, way: SignInWay
) -> None:
    tokens = desk.signed_in(way).access_tokens()
    monkeypatch.setattr(https, "SECONDS", 0.3)
    issuer.stall()
    refused = tokens.current() if way.by_person else ""
    with pytest.raises(SignInUnreachable, match=r"did not answer within 0\.3 seconds"):
        tokens.instead_of(refused)


@pytest.mark.parametrize("way", SignInWay)
def test_a_pass_waits_for_a_silent_issuer_once(desk: Desk, issuer: Issuer, way: SignInWay) -> None:
    found = replace(desk.signed_in(way), seconds=0.3)
    tokens = found.access_tokens()
    refused = tokens.current() if way.by_person else ""
    issuer.stall()
    said = []
    for _ in range(3):
        with pytest.raises(
            SignInUnreachable, match=r"did not answer within 0\.3 seconds"
        ) as silent:
            tokens.instead_of(refused)
        said.append(silent.value)
    assert said == said[:1] * 3, "it was asked once"


def test_the_mailboxes_of_a_pass_wait_for_a_silent_issuer_together(
    desk: Desk, issuer: Issuer
) -> None:
    found = replace(desk.way(SignInWay.MICROSOFT_APP), seconds=0.3)
    other = replace(found, mailbox=replace(found.mailbox, address="sales@shop.test"))
    silences: dict[str, tuple[float, SignInUnreachable]] = {}
    issuer.stall()
    said = []
    for one in (found, other):
        with pytest.raises(SignInUnreachable) as silent:
            one.access_tokens(silences).current()
        said.append(silent.value)
    assert said[0] is said[1], "it was asked once"


def test_an_answer_without_sense_is_one_to_one_mailbox(desk: Desk, issuer: Issuer) -> None:
    found = desk.way(SignInWay.MICROSOFT_APP)
    other = replace(found, mailbox=replace(found.mailbox, address="sales@shop.test"))
    silences: dict[str, tuple[float, SignInUnreachable]] = {}
    issuer.babble("<html>")
    with pytest.raises(SignInUnreachable, match="could not be understood"):
        found.access_tokens(silences).current()
    issuer.babble("", at="")
    assert issuer.user_of(other.access_tokens(silences).current()) == HELP


@pytest.mark.parametrize(
    ("ends", "said"),
    [
        (START - timedelta(days=3), "is a certificate that ended on 2026-02-27 09:00 UTC"),
        (START + timedelta(days=366), "is a certificate that begins on 2026-03-03 09:00 UTC"),
    ],
)
def test_a_certificate_out_of_its_time_is_not_used(
    desk: Desk, issuer: Issuer, ends: datetime, said: str
) -> None:
    name = desk.private("app.pem", app_certificate(ends))
    with pytest.raises(SignInFileWrong, match=said) as wrong:
        desk.way(SignInWay.MICROSOFT_APP, client_secret="", certificate=name).token("")
    assert "the clock of this machine says 2026-03-02 09:00 UTC" in wrong.value.sentence
    assert "--certificate FILE" in wrong.value.hint
    assert issuer.requests == []


def test_an_issuer_that_cannot_be_trusted_gets_no_secret(
    desk: Desk, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(SignInUnreachable, match="certificate cannot be trusted"):
        desk.way(SignInWay.GOOGLE_SERVICE_ACCOUNT).token("")
    with pytest.raises(SignInUnreachable, match="certificate cannot be trusted"):
        desk.way(SignInWay.MICROSOFT_APP).token("")
    assert issuer.requests == []


def test_two_processes_that_renew_at_once_ask_once(desk: Desk, issuer: Issuer) -> None:
    app = desk.way(SignInWay.MICROSOFT_APP)
    found: list[str] = []
    threads = [threading.Thread(target=lambda: found.append(app.token(""))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert len(set(found)) == 1
    assert issuer.requests == ["client_credentials"]


def test_who_holds_the_lock_for_ever_stops_one_mailbox_for_a_minute(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grants, "LOCK_SECONDS", 0.2)
    app = desk.way(SignInWay.MICROSOFT_APP)
    with KeptGrant(app.sign_in.tokens, desk.config).locked(), pytest.raises(TokensLocked):
        app.token("")


def test_tokens_are_private_and_a_damaged_file_heals(desk: Desk) -> None:
    app = desk.way(SignInWay.MICROSOFT_APP)
    app.token("")
    kept = desk.config.parent / "tokens" / "help.json"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert kept.parent.stat().st_mode & 0o777 == 0o700
    for damage in (b"", b"{", b"[]", b"\xff", b'{"use_until": "yesterday"}', b"[" * 100_000):
        kept.write_bytes(damage)
        assert app.token("") == app.token("")
    kept.write_bytes(b"{")
    with pytest.raises(SignInNeeded):
        desk.way(SignInWay.MICROSOFT).token("")
    kept.chmod(0o644)
    with pytest.raises(TokensNotKept, match="others can read or change this file"):
        app.token("")


@pytest.mark.parametrize(
    ("way", "key"),
    [(SignInWay.GOOGLE_SERVICE_ACCOUNT, "key.json"), (SignInWay.GOOGLE, "client.json")],
)
def test_a_file_that_is_missing_or_wrong_is_named(desk: Desk, way: SignInWay, key: str) -> None:
    found = desk.signed_in(way)
    refused = found.token("") if way.by_person else ""
    (desk.config.parent / key).unlink()
    with pytest.raises(SignInFileWrong, match="cannot be read: No such file"):
        found.token(refused)
    for text in ("hello", "[]", '{"web": {}}', '{"installed": []}', "[" * 100_000):
        desk.private(key, text)
        with pytest.raises(SignInFileWrong, match=f"{key} is not"):
            found.token(refused)
    (desk.config.parent / key).chmod(0o640)
    with pytest.raises(SignInFileWrong, match="can be read or changed by others"):
        found.token(refused)


def key_of(kind: str) -> str:
    """A private key as PEM: EC, locked, or RSA."""
    made = (
        ec.generate_private_key(ec.SECP256R1())
        if kind == "EC"
        else rsa.generate_private_key(public_exponent=65537, key_size=2048)
    )
    locked = serialization.BestAvailableEncryption(b"s3cret")
    return made.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        locked if kind == "locked" else serialization.NoEncryption(),
    ).decode()


@pytest.mark.parametrize(
    ("kind", "said", "hint"),
    [
        ("pfx", "is no PEM file", "openssl pkcs12"),
        ("no key", "has no private key", "cat key.pem certificate.pem"),
        ("no certificate", "has no certificate", "cat key.pem certificate.pem"),
        ("locked", "has a key with a passphrase", "openssl pkey"),
        ("EC", "has a key that is not RSA", "rsa:2048"),
        ("another", "has a key that is not that of its certificate", "that belong together"),
        ("broken", "has a key or a certificate that cannot be read", "cat key.pem"),
    ],
)
def test_what_is_no_certificate_with_its_key_is_told(
    desk: Desk, kind: str, said: str, hint: str
) -> None:
    whole = app_certificate(START + timedelta(days=60))
    split = whole.index("-----BEGIN CERT")
    end = whole.index("-----END CERT", split)
    pem = {
        "pfx": "0 not PEM",
        "no key": whole[split:],
        "no certificate": whole[:split],
        "broken": whole[:split] + "-----BEGIN CERTIFICATE-----\nx\n" + whole[end:],
    }.get(kind) or key_of(kind) + whole[split:]
    file = desk.private("app.pem", pem)
    app = desk.way(SignInWay.MICROSOFT_APP, client_secret="", certificate=file)
    with pytest.raises(SignInFileWrong, match=said) as refused:
        app.token("")
    assert hint in refused.value.hint


def test_a_client_secret_that_is_not_there_is_named(desk: Desk) -> None:
    app = desk.way(SignInWay.MICROSOFT_APP, client_secret="env:NO_SUCH_VARIABLE")
    with pytest.raises(ClientSecretUnavailable, match="this variable is not set") as missing:
        app.token("")
    assert isinstance(missing.value, MailServerError), "the trouble of one mailbox"


def test_nobody_in_the_browser_ends_the_wait(
    desk: Desk, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ways, "WAIT_SECONDS", 0.2)
    with pytest.raises(SignInUnfinished, match="nobody signed in"):
        desk.way(SignInWay.GOOGLE).ask_person(Prompts(lambda _code: None, lambda _address: None))
    issuer.refuse("expired_token")
    with pytest.raises(SignInUnfinished, match="nobody entered the code in time"):
        desk.way(SignInWay.MICROSOFT).ask_person(Prompts(lambda _code: None, visiting))


def test_a_strangers_visit_is_no_sign_in(desk: Desk) -> None:
    def strange(address: str) -> None:
        back = address.partition("redirect_uri=")[2].partition("&")[0]
        back = urllib.request.url2pathname(back)

        def visits() -> None:
            for query in ("?code=evil", "?code=evil&state=guess", "favicon.ico"):
                with pytest.raises(urllib.error.HTTPError, match="404") as refused:
                    urllib.request.urlopen(f"http://{back.removeprefix('http://')}{query}")
                refused.value.close()
            visit(address)

        threading.Thread(target=visits).start()

    assert desk.way(SignInWay.GOOGLE).ask_person(Prompts(lambda _code: None, strange)) == HELP


def test_tokens_may_be_kept_in_the_keyring(desk: Desk, issuer: Issuer) -> None:
    before = keyring.get_keyring()
    keyring.set_keyring(MemoryKeyring())
    try:
        found = desk.signed_in(SignInWay.MICROSOFT, tokens="keyring:help@shop.test/tokens")
        first = found.token("")
        assert found.token("") == first
        assert found.token(first) != first
        assert not list(desk.config.parent.glob("tokens/*.json"))
        KeptGrant(found.sign_in.tokens, desk.config).forget()
        with pytest.raises(SignInNeeded):
            found.token("")
        keyring.set_keyring(keyring.backends.fail.Keyring())  # type: ignore[no-untyped-call]
        with pytest.raises(TokensNotKept, match="the keyring cannot be opened") as closed:
            found.token("")
        assert "Cron has none" in closed.value.hint
    finally:
        keyring.set_keyring(before)
    assert issuer.requests.count("refresh_token") == 1
