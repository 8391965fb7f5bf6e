"""`supportcli mailbox sign-in`, its options, and how a person is walked through it."""
