"""The ledger checked: every mail is accounted for, and decided as it would be decided today."""
