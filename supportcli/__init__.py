"""supportcli: a help desk that lives in the terminal.

`domain` decides, `channels` and `storage` touch the world, `desk` joins them one use case at a
time, `commands` and `tui` only ask the desk and show the answer. Imports point one way; values that
cross a border are frozen dataclasses; time enters as an argument::

    __main__ → commands → tui | demo → rendering → desk → storage | channels
             → credentials | config → domain → clock | errors | terminal

===========  ==================================================================================
errors       the SupportError tree: a sentence, a hint and an exit code each
clock        Clock = Callable[[], datetime]; utc_now(), the only reader of the system clock
terminal     clean(text): the only way from foreign text to a terminal, a log or a window title
domain       pure: decisions and values; no I/O, no clock, no randomness
config       config.toml of one person on one machine
credentials  a reference → the secret, a sign-in → tokens, at the moment of connecting
channels     IMAP, SMTP and MIME: bytes ↔ values
storage      the database: tables, migrations, queries and writes that never commit
desk         the use cases that commands and inbox share; transactions are opened only here
rendering    what commands and inbox both show, as lines: rows, conversations, clocks
commands     Typer, one module a command
demo         the shop of the demo: servers, mails, customers that answer
tui          the Textual inbox
===========  ==================================================================================

A floor says how, a noun says what about. Each floor is cut by the same nouns, so that two words
find a file: what `desk` does with `replies`, how `storage` keeps `sla`, how `commands` show
`tickets`:

==========  ===================================================================================
tickets     tickets, their verbs, history, queries and lists
people      customers and organisations: what is known of them, merges, blocks, files
mail        receiving: folders, raw mail, parsing, deciding (`domain.intake`), held mail
replies     what leaves: composing, drafts, addressing, outbox, delivery
sla         service levels: policies, calendars, targets
canned      canned responses, macros, their templates
reports     what is counted, and how it is shown
imports     files in
exports     files out
setup       the desk, its agents and mailboxes, starters, back-ups
==========  ===================================================================================
"""

__version__ = "0.1.0"
