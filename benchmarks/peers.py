"""P2 and P5: a first sync against django-helpdesk's `get_email`, and an import against
`notmuch new`, each on the same mails."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from statistics import median

from benchmarks.conversations import letters
from benchmarks.goal import Result, Spent, spent, unmeasured
from benchmarks.mailed_desk import MailedDesk, write_maildir
from benchmarks.receiving import ROUNDS, Source, folders, started
from tests.servers.dovecot import Dovecot

MAILS = 1_000
HELPDESK_PYTHON = "HELPDESK_PYTHON"
"""The environment variable that names the Python of an environment with django-helpdesk."""

HELPDESK_SETTINGS = """
SECRET_KEY = "benchmark"
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
INSTALLED_APPS = [
    "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions",
    "django.contrib.messages", "django.contrib.sites", "django.contrib.humanize",
    "django.contrib.admin", "helpdesk",
]
SITE_ID = 1
ROOT_URLCONF = "helpdesk_urls"
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "helpdesk.db"}}
TEMPLATES = [{
    "BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True,
    "OPTIONS": {"context_processors": [
        "django.template.context_processors.request", "django.contrib.auth.context_processors.auth",
        "django.contrib.messages.context_processors.messages",
    ]},
}]
MEDIA_ROOT = "media"
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
HELPDESK_TEAMS_MODE_ENABLED = False
"""
HELPDESK_URLS = """
from django.urls import include, path
urlpatterns = [path("", include("helpdesk.urls", namespace="helpdesk"))]
"""
HELPDESK_QUEUE = """
import sys
import django
django.setup()
from django.core.management import call_command
from helpdesk.models import Queue
call_command("migrate", verbosity=0)
Queue.objects.create(
    title="Help", slug="help", email_address="help@shop.test", allow_email_submission=True,
    email_box_type="imap", email_box_host="127.0.0.1", email_box_port=int(sys.argv[1]),
    email_box_user=sys.argv[2], email_box_pass=sys.argv[3], email_box_imap_folder="INBOX",
    email_box_interval=0,
)
"""
HELPDESK_GET_EMAIL = """
import django
django.setup()
from django.core.management import call_command
call_command("get_email", quiet=True)
"""
HELPDESK_COUNT = """
import django
django.setup()
from helpdesk.models import FollowUp
print(FollowUp.objects.count())
"""


def django_helpdesk() -> Iterator[Result]:
    """P2: by the processor, since both wait for nobody."""
    what, peer = "a first sync against django-helpdesk's get_email", os.environ.get(HELPDESK_PYTHON)
    if not peer:
        how = f"set {HELPDESK_PYTHON} to the Python of an environment that has it (CONTRIBUTING.md)"
        unmeasured("P2", what, how)
        return
    with ExitStack() as stack:
        server = started(stack, "P2", Dovecot())
        if server is None:
            return
        new_folder, mails = folders(stack), list(letters(MAILS))
        rounds = []
        for _ in range(ROUNDS):
            ours = Source.filled(server, mails).desk(new_folder()).run("sync")
            rounds.append((ours, _get_email(peer, Source.filled(server, mails), new_folder())))
    yield _compared("P2", "first sync : django-helpdesk's get_email", rounds, limit=15, aim=50)


def _get_email(peer: str, source: Source, folder: Path) -> Spent:
    """What the other help desk spends on the mails of a mailbox. RuntimeError if it did not take
    them all."""
    for name, content in (("settings", HELPDESK_SETTINGS), ("urls", HELPDESK_URLS)):
        (folder / f"helpdesk_{name}.py").write_text(content, encoding="utf-8")
    place = {"DJANGO_SETTINGS_MODULE": "helpdesk_settings", "PYTHONPATH": str(folder)}
    login = (str(source.server.port), source.user, source.server.password(source.user))
    spent([peer, "-c", HELPDESK_QUEUE, *login], place, folder)
    used = spent([peer, "-c", HELPDESK_GET_EMAIL], place, folder)
    told = subprocess.run(
        [peer, "-c", HELPDESK_COUNT],
        env={**os.environ, **place},
        cwd=folder,
        capture_output=True,
        check=True,
    )
    if int(told.stdout) < len(source.mails):
        raise RuntimeError(f"django-helpdesk took {int(told.stdout)} of {len(source.mails)} mails")
    return used


def notmuch() -> Iterator[Result]:
    """P5: `import maildir` against `notmuch new` on the same Maildir."""
    program = shutil.which("notmuch")
    if program is None:
        unmeasured("P5", "an import against notmuch new", "notmuch is not installed")
        return
    with tempfile.TemporaryDirectory() as folder:
        maildir = Path(folder) / "mail"
        write_maildir(letters(MAILS), maildir)
        settings = Path(folder) / "notmuch-config"
        settings.write_text(f"[database]\npath={folder}/mail\n", encoding="utf-8")
        rounds = []
        for number in range(ROUNDS):
            desk = MailedDesk(Path(folder) / f"desk{number}", 1, "help", "none").found()
            ours = desk.run("import", "maildir", str(maildir))
            theirs = spent([program, "new", "--quiet"], {"NOTMUCH_CONFIG": str(settings)})
            shutil.rmtree(maildir / ".notmuch")
            rounds.append((ours, theirs))
    yield _compared("P5", "import maildir : notmuch new", rounds, limit=2, aim=5)


def _compared(
    goal: str, what: str, rounds: list[tuple[Spent, Spent]], limit: float, aim: float
) -> Result:
    """By how many times ours is faster, by the processor."""
    ours, theirs = (median(one.processor for one in column) for column in zip(*rounds, strict=True))
    return Result(
        goal,
        what,
        theirs / ours,
        limit,
        aim,
        detail=(
            f"{MAILS / ours:,.0f} against {MAILS / theirs:,.0f} mails for a second of a processor"
        ),
        rising=True,
    )
