"""`supportcli sla` and `supportcli calendar`: what customers are promised, and when the team is
open."""
