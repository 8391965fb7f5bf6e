"""Every question that the inbox puts to the desk. Imported by a thread after the first frame: the
desk brings sqlmodel, which takes longer than that.

============  ===================================================================================
desk_client   DeskClient: the desk, open; the first screen, changes, presence; and by their nouns:
lists         the tickets of a query, their lines, what changes mean for them
reading       one ticket: its conversation, what came since, its links
verbs         what is done to tickets
replies       replies, notes and forwards
drafts        drafts of mine and of colleagues
canned        canned responses and macros
people        customers
files         files that came with tickets
own_commands  programs of the agent's own
held, outbox  mail that waits for a person, and replies on their way
reports       the dashboard's figures
setup         what is set up, and saved views
own_desk      what these share: the desk, and which gestures were made from here
============  ==================================================================================="""
