"""The database: tables, migrations, queries and writes. A Session comes first; nothing here
commits."""
