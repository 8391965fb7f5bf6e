"""Other tickets that have to do with one."""
