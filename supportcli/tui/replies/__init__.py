"""Writing in the inbox: the composer, drafts, canned responses, and whom a reply goes to."""
