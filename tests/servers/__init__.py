"""Real servers for the tests: Dovecot, pymap, aiosmtpd, postfix's smtp-sink, PostgreSQL, and a TCP
proxy that cuts lines.

Each is a context manager with a folder and loopback ports of its own, so that parallel workers
never meet. `fixtures.py` offers them to pytest, started on demand and shared by the tests of one
worker. A program that is not installed skips the test with the name of its Debian package."""
