"""How the inbox looks: its colours, and how much room a ticket has."""
