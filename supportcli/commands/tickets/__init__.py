"""`supportcli ticket`: reading, writing, and the verbs."""
