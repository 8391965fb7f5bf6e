"""supportcli: a help desk that lives in the terminal.

`domain` decides, `channels` and `storage` touch the world, `desk` joins them one use case at a time, `commands` and `tui` only ask the desk and
show the answer. Imports point one way; values that cross a border are frozen dataclasses; time enters as an argument::

    __main__ → commands → tui | demo → desk → storage | channels → credentials | config → domain → clock | errors | terminal

===========  =====================================================================================================
errors       the SupportError tree: a sentence, a hint and an exit code each
clock        Clock = Callable[[], datetime]; utc_now(), the only reader of the system clock
terminal     clean(text): the only way from foreign text to a terminal, a log line or a window title
domain       pure: mail, tickets, people, intake rules, queries; no I/O, no clock, no randomness
config       config.toml of one person on one machine
credentials  a reference → the secret, at the moment of connecting
channels     IMAP, SMTP and MIME: bytes ↔ values
storage      the database: tables, migrations, queries and writes that never commit
desk         the use cases that commands and inbox share; the only place where transactions are opened
commands     Typer, one module a noun
demo         the shop of the demo: servers, mails, customers that answer
tui          the Textual inbox
===========  =====================================================================================================
"""

__version__ = "0.1.0"
