"""Commands of the agent's own: as actions, and how one is run."""
