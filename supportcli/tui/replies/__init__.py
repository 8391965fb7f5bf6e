"""Writing in the inbox: the composer, drafts, canned responses, and who gets a reply."""
