"""Every action by its name: those that are used most first, with their keys, and why one cannot be
done now."""
