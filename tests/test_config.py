import re
import stat
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportcli import config
from supportcli.domain.mailbox import Endpoint, Login, Secret, Security
from supportcli.domain.setup.own_commands import OwnCommand, PipeSource, PipeTarget
from supportcli.domain.setup.timeouts import SmtpTimeouts
from supportcli.domain.sign_in import SignIn, SignInWay
from supportcli.domain.text.link_patterns import LinkPattern
from supportcli.errors import ConfigurationError, SupportError
from supportcli.storage.engine.database import Database

FULL = """# mine
database = "desk.db"   # beside this file
agent = "Ada@Shop.test"

[secrets."Help@shop.test"]
secret = "env:HELP"
hosts = ["IMAP.shop.test", "smtp.shop.test"]

[inbox]
theme = "nord"

[inbox.commands.jira]
run = "jira --key {ticket}"
gets = "ticket"
shows = "note"
key = "ctrl+k"
about = "Open an issue"
seconds = 5

[links]
'ORD-\\d+' = "https://shop.test/{0}"

[smtp]
final_dot = 900

[sign_in]
timeout = 5
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_what_it_says(tmp_path: Path) -> None:
    settings = config.load(written(tmp_path, FULL), None, {})
    assert settings.path == tmp_path / "config.toml"
    assert settings.database == f"sqlite:///{tmp_path}/desk.db"
    assert settings.agent == "ada@shop.test"
    assert settings.secrets == {
        "help@shop.test": Secret("env:HELP", ("imap.shop.test", "smtp.shop.test"))
    }
    assert settings.inbox.theme == "nord"
    assert settings.inbox.commands == (
        OwnCommand(
            "jira",
            "jira --key {ticket}",
            PipeSource.TICKET,
            PipeTarget.NOTE,
            "ctrl+k",
            "Open an issue",
            5,
        ),
    )
    assert settings.links == (LinkPattern(r"ORD-\d+", "https://shop.test/{0}"),)
    assert settings.smtp == SmtpTimeouts(final_dot=900.0)
    assert settings.sign_in_timeout == 5.0


def test_a_flag_wins_over_the_environment_and_that_over_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = written(tmp_path, FULL)
    environ = {
        "SUPPORTCLI_CONFIG": str(path),
        "SUPPORTCLI_DATABASE": "postgresql+psycopg://db.shop.test/desk",
    }
    assert config.load(None, "other.db", environ).database == f"sqlite:///{tmp_path}/other.db"
    assert config.load(None, None, environ).database == "postgresql+psycopg://db.shop.test/desk"
    assert (
        config.load(None, None, {"SUPPORTCLI_CONFIG": str(path)}).database
        == f"sqlite:///{tmp_path}/desk.db"
    )
    assert config.load(tmp_path / "none.toml", None, environ).agent == ""


def test_without_any_of_them_it_is_the_usual_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    settings = config.load(None, None, {})
    assert settings.path.is_relative_to(tmp_path)
    assert settings.path.name == "config.toml"
    assert settings.database.startswith(f"sqlite:///{tmp_path}")
    assert settings.secrets == {}


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("sqlite:////srv/desk.db", "/srv/desk.db"),
        (
            "postgresql+psycopg://ada:hunter2@db.shop.test/desk",
            "postgresql+psycopg://db.shop.test/desk",
        ),
        (
            "postgresql+psycopg://ada:p%40:/x@db.shop.test:5432/desk",
            "postgresql+psycopg://db.shop.test:5432/desk",
        ),
        ("postgresql+psycopg://ada@db.shop.test/desk", "postgresql+psycopg://db.shop.test/desk"),
        (
            "postgresql+psycopg://db.shop.test:5432/desk",
            "postgresql+psycopg://db.shop.test:5432/desk",
        ),
        ("postgresql://u:PW@[::1]:5432/desk?password=PW", "postgresql://[::1]:5432/desk"),
        ("postgresql://u:PART1@PART2@h/desk", "postgresql://…"),
        ("postgresql://u:PW@h:port/x", "postgresql://…"),
        ("postgresql://u:pa?ss@h/x", "postgresql://h/x"),
        ("postgresql://u:PW", "postgresql://…"),
    ],
)
def test_a_database_is_shown_without_its_password(url: str, shown: str) -> None:
    assert config.place_of(url) == shown


SHAPES = st.sampled_from(
    [
        "{s}://{u}:{p}@{h}/x",
        "{s}://{u}:{p}@{h}:port/x",
        "{s}:{u}:{p}@{h}/x",
        "//{u}:{p}@{h}",
        "{s}:/{u}:{p}@{h}",
        "{s}://{p}@{h}/x?a={p}",
    ]
)
PASSWORDS = st.text("s3CRT@:/?#%&=[]\\ ", min_size=1, max_size=12).map(
    lambda letters: f"SECRET{letters}CANARY"
)


@given(
    SHAPES,
    st.sampled_from(["mysql", "postgresql", "postgres", "postgresql+psycopg", "http"]),
    PASSWORDS,
)
def test_no_part_of_a_password_in_a_url_is_ever_shown(
    shape: str, scheme: str, password: str
) -> None:
    url = shape.format(s=scheme, u="u", p=password, h="127.0.0.1")
    said = []
    try:
        found = config.database_url(url, Path("/"))
        said.append(config.place_of(found))
        Database.open(found)
    except SupportError as error:
        said += [error.sentence, error.hint, str(error.exit_code)]
    assert said[-1] in {"69", "77", "78"}
    assert not [part for part in ("SECRET", "CANARY") if part in " ".join(said)]


@pytest.mark.parametrize(
    ("text", "sentence", "hint"),
    [
        ("databse = 'x'", "unknown key “databse”", "Did you mean “database”?"),
        ("[smtp]\nfinal_dto = 6", "unknown key “smtp.final_dto”", "Did you mean “smtp.final_dot”?"),
        (
            "[smtp]\ncommand = 0",
            "“smtp.command” must be a number of seconds between 0 and 86400",
            "",
        ),
        (
            "[smtp]\nconnect = true",
            "“smtp.connect” must be a number of seconds between 0 and 86400",
            "",
        ),
        ("[smtp]\nwhole = '9'", "“smtp.whole” must be a number of seconds between 0 and 86400", ""),
        ("[inbox]\ntheem = 'x'", "unknown key “inbox.theem”", "Did you mean “inbox.theme”?"),
        (
            "[secrets.a]\nsecrt = 'env:X'",
            "unknown key “secrets.a.secrt”",
            "Did you mean “secrets.a.secret”?",
        ),
        ("agent = 3", "“agent” must be a text in quotes", "Correct that line"),
        ("secrets = 'x'", "“secrets” must be a table", "Correct that line"),
        ("[secrets]\na = 'env:X'", "“secrets.a” must be a table", "Correct that line"),
        ("[secrets.a]\nhosts = ['x']", "“secrets.a.secret” is missing", "Correct that line"),
        (
            "[secrets.a]\nsecret = 'env:X'\nservers = [1]",
            "“secrets.a.servers” must be a list of strings",
            "Correct that line",
        ),
        (
            "[secrets.a]\nsecret = 'env:X'\nservers = ['imaps://h:993']",
            "must be servers such as imaps://help@mail.shop.test:993",
            "Correct that line",
        ),
        (
            "[secrets.a]\nsecret = 'env:X'\nservers = ['imaps://u@h:99999']",
            "must be servers such as",
            "Correct that line",
        ),
        (
            "[secrets.a]\nsecret = 'env:X'\nhosts = [1]",
            "“secrets.a.hosts” must be a list of strings",
            "Correct that line",
        ),
        ("[inbox]\nnotify = 'x'", "“inbox.notify” must be one of osc9,", "Correct that line"),
        ("[inbox]\npictures = 'x'", "“inbox.pictures” must be one of auto,", "Correct that line"),
        ("[inbox]\nquiet = '18'", "“inbox.quiet” must be times of day", "Correct that line"),
        ("[links]\n'a' = 3", "“links.a” must be a text in quotes", "Correct that line"),
        ("[links]\n'(' = 'https://x/'", "“links.(” is no pattern: missing )", "Correct that line"),
        ("[links]\n'a' = 'x'", "“links.a” must lead to an address such as", "Correct that line"),
        ("[inbox]\ncommands = 3", "“inbox.commands” must be a table", "Correct that line"),
        ("[inbox.commands]\na = 'x'", "“inbox.commands.a” must be a table", "Correct that line"),
        ("[inbox.commands.a]\nkey = 'x'", "“inbox.commands.a.run” is missing", "Correct that line"),
        (
            "[inbox.commands.a]\nrn = 'x'",
            "unknown key “inbox.commands.a.rn”",
            "Did you mean “inbox.commands.a.run”?",
        ),
        (
            "[inbox.commands.a]\nrun = 'x'\nseconds = '1'",
            "“inbox.commands.a.seconds” must be a whole number",
            "Correct that line",
        ),
        (
            "[inbox.commands.Ab]\nrun = 'x'",
            "“inbox.commands.Ab” is no name: use a-z",
            "Correct that line",
        ),
        (
            "[inbox.commands.a]\nrun = 'x'\nkey = 'f5'\n[inbox.commands.b]\nrun = 'x'\nkey = 'f5'",
            "“inbox.commands.b.key” is the key of inbox.commands.a already",
            "Correct that line",
        ),
        (
            "[customer_lookup]\nurl = 'https://x'\nminutes = 'x'",
            "“customer_lookup.minutes” must be a whole number",
            "Correct that line",
        ),
        ("agent = ", "is not valid TOML", "Correct that line"),
        (
            "database = 'a\\u0000b'\n".replace("'", '"'),
            "“database” contains a NUL character",
            "Correct that line",
        ),
    ],
)
def test_what_it_cannot_say(tmp_path: Path, text: str, sentence: str, hint: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(ConfigurationError) as refused:
        config.load(path, None, {})
    assert sentence in refused.value.sentence
    assert str(path) in refused.value.sentence
    assert hint in refused.value.hint


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "config.toml").mkdir()
    with pytest.raises(ConfigurationError, match=r"config\.toml cannot be read"):
        config.load(tmp_path / "config.toml", None, {})
    (tmp_path / "latin.toml").write_bytes(b"agent = '\xff'")
    with pytest.raises(ConfigurationError, match=r"latin\.toml is not UTF-8 text"):
        config.load(tmp_path / "latin.toml", None, {})


def test_writing_keeps_comments_and_makes_the_file_private(tmp_path: Path) -> None:
    path = written(tmp_path, FULL)
    settings = config.load(path, None, {})
    changed = config.write(settings, agent="bob@shop.test")
    assert changed.agent == "bob@shop.test"
    assert changed.database == settings.database
    assert path.read_text().startswith(
        '# mine\ndatabase = "desk.db"   # beside this file\nagent = "bob@shop.test"\n'
    )
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["config.toml"]


def test_a_new_file_is_private_and_so_is_its_folder(tmp_path: Path) -> None:
    path = tmp_path / "new" / "config.toml"
    settings = config.load(path, str(tmp_path / "desk.db"), {})
    made = config.write(settings, database=settings.database, agent="ada@shop.test")
    assert (made.path, made.database, made.agent) == (
        path,
        f"sqlite:///{tmp_path}/desk.db",
        "ada@shop.test",
    )
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


KEYRING = Secret(
    "keyring:help",
    servers=(
        Login("imap", Endpoint("imap.new.test", 993, Security.TLS), "help@shop.test"),
        Login("smtp", Endpoint("::1", 2525, Security.NONE), "Ä b/c:d@e"),
    ),
)


def test_secrets_are_written_replaced_and_forgotten(tmp_path: Path) -> None:
    path = written(tmp_path, FULL)
    settings = config.load(path, None, {})
    settings = config.write_secret(
        settings,
        "sales@shop.test",
        Secret("command:pass 'shop sales'", ("mx.shop.test",), insecure=True),
    )
    settings = config.write_secret(settings, "help@shop.test", KEYRING)
    assert config.load(path, None, {}).secrets["sales@shop.test"] == Secret(
        "command:pass 'shop sales'", ("mx.shop.test",), insecure=True
    )
    assert config.load(path, None, {}).secrets["help@shop.test"] == KEYRING
    settings = config.forget_secret(settings, "help@shop.test")
    assert set(config.load(path, None, {}).secrets) == set(settings.secrets) == {"sales@shop.test"}
    assert path.read_text().startswith("# mine\n")


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    real = written(tmp_path, FULL)
    link = tmp_path / "link.toml"
    link.symlink_to(real)
    config.write(config.load(link, None, {}), agent="bob@shop.test")
    assert link.is_symlink()
    assert 'agent = "bob@shop.test"' in real.read_text()


def test_a_folder_that_is_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigurationError, match=r"config\.toml cannot be read"):
        config.load(tmp_path / "file" / "config.toml", None, {})


def test_a_folder_that_cannot_be_made_is_named() -> None:
    settings = config.Settings(Path("/proc/supportcli/config.toml"), "")
    with pytest.raises(
        ConfigurationError, match=r"/proc/supportcli/config\.toml cannot be written"
    ):
        config.write(settings, agent="ada@shop.test")


def test_a_mailbox_may_log_in_with_a_token(tmp_path: Path) -> None:
    settings = config.load(written(tmp_path, 'agent = "ada@shop.test"\n'), None, {})
    secret = Secret(
        token_command="give 'a token'",
        servers=(Login("imap", Endpoint("imap.shop.test", 993, Security.TLS), "help"),),
    )
    config.write_secret(settings, "help@shop.test", secret)
    assert "secret =" not in settings.path.read_text()
    assert config.load(settings.path, None, {}).secrets == {"help@shop.test": secret}


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ('secret = "env:A"\ntoken_command = "give"', "cannot stand beside token_command"),
        ('hosts = ["imap.shop.test"]', r"secrets\.help@shop\.test\.secret” is missing"),
        ("token_command = 3", "must be a text in quotes"),
        ('token_comand = "give"', "token_command"),
    ],
)
def test_a_mailbox_logs_in_in_one_way(tmp_path: Path, entry: str, said: str) -> None:
    path = written(tmp_path, f'[secrets."help@shop.test"]\n{entry}\n')
    with pytest.raises(ConfigurationError) as wrong:
        config.load(path, None, {})
    assert re.search(said, f"{wrong.value.sentence} {wrong.value.hint}")


SIGN_IN = SignIn(
    SignInWay.MICROSOFT_APP,
    tokens="file:tokens/help.json",
    client_id="1f",
    tenant="2e",
    client_secret="env:SHOP",
    client_secret_expires=date(2027, 5, 1),
)


def test_a_mailbox_may_sign_in(tmp_path: Path) -> None:
    settings = config.load(written(tmp_path, "# mine\n"), None, {})
    secret = Secret(
        servers=(Login("imap", Endpoint("imap.shop.test", 993, Security.TLS), "help"),),
        sign_in=SIGN_IN,
    )
    config.write_secret(settings, "help@shop.test", secret)
    assert "client_secret_expires = 2027-05-01" in settings.path.read_text()
    assert config.load(settings.path, None, {}).secrets == {"help@shop.test": secret}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ('way = "carrier-pigeon"', "must be one of microsoft, microsoft-app, google,"),
        ('way = ""', "must be one of"),
        ('client_id = ""', "sign_in.client_id” is missing"),
        ('tenant = ""', "sign_in.tenant” is missing"),
        ('tenant = "../x"', "sign_in.tenant” must be the Directory ID"),
        ('authority = "http://login.test"', "sign_in.authority” must be an address such as https"),
        ('client_secret = ""', "sign_in.client_secret” is missing"),
        ('client_secret_expires = "May"', "must be a date such as 2027-05-01"),
        ('tokens = "here"', "must be keyring:NAME or file:PATH"),
        ('tokens = ""', "sign_in.tokens” is missing"),
        ('client_ids = "1f"', "Did you mean “secrets.help@shop.test.sign_in.client_id”?"),
    ],
)
def test_a_sign_in_that_is_wrong_names_its_key(tmp_path: Path, changed: str, said: str) -> None:
    settings = config.load(written(tmp_path, ""), None, {})
    config.write_secret(settings, "help@shop.test", Secret(hosts=("i.test",), sign_in=SIGN_IN))
    key = changed.partition(" ")[0]
    text = settings.path.read_text()
    line = next((one for one in text.splitlines() if one.startswith(f"{key} =")), "")
    settings.path.write_text(text.replace(line, changed) if line else f"{text}{changed}\n")
    with pytest.raises(ConfigurationError) as wrong:
        config.load(settings.path, None, {})
    assert said in f"{wrong.value.sentence} {wrong.value.hint}"
