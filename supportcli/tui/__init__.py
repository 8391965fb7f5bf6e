"""The inbox: a Textual app that asks the desk and shows its answers.

===========  ===================================================================================
app          Inbox: theme, the line filter, keys to actions; `run`
inbox        the one screen: its widgets, its mode, its clock
keys         the one table of actions: footers, palette and help are made from it
key_names    what keys are called by people and by Textual
keymaps      which key is which action: the table's, a preset's, the agent's own
actions      which function each action calls
palette      every action by its name: the most used first, and why one cannot be done
context      what every part works with: widgets, mode, threads, clock
client       every question that the inbox puts to the desk; `work` runs them in threads
driver       the terminal: what is typed ahead, pasted, painted
tickets the list, the filter, the conversation, verbs and their choices
replies      the composer, drafts, canned responses, whom a reply goes to
mail         held mail, and how the mail goes
reports      the dashboard
widgets      what draws: lists, pages, fields, notices; they know nothing of the desk
===========  ===================================================================================

The first frame is painted before the desk (and with it sqlmodel) is imported: only `client`
imports it, and only a thread imports `client`."""
