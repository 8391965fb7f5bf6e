"""`supportcli init`, `desk`, `agent`, `mailbox` and `db`: setting a desk up and keeping it."""
