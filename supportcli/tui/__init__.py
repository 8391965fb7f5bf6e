"""The inbox: a Textual app that asks the desk and shows its answers.

=================  ==========================================================================================================
keys               the one table of actions: bindings, footers, palette and help are made from it
app                Inbox: theme, the line filter, keys to actions; `run`
screens.inbox      the one screen: its widgets, its mode, its clock
views, browse      the tabs; moving, opening, filtering, what changed elsewhere
verbs, writing     what an agent does to a ticket; replies, notes, drafts and sending them
sending            the sync that the inbox runs as a child, the health of the mailboxes, leaving
work, client        threads; every question the inbox puts to the desk
shown              the list as data: numbers in a frozen order and the lines known of them
rows, pages        a line as text; a conversation as text. Pure, like ink, wrap and times below them
widgets            ticket list, conversation, composer, picker, filter bar, status line, notice
=================  ==========================================================================================================

The first frame is painted before the desk (and with it sqlmodel) is imported: only `desk_client` imports it, and only a thread imports `desk_client`.
"""
