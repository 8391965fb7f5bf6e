"""Reports, the dashboard and an agent's day as lines."""
