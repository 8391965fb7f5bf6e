"""The one search language: `parse` reads it into `nodes`, `match` is its meaning;
`storage.tickets.search` says the same in SQL, held to it by a property test.

    status:open assignee:me priority:>=high mailbox:help from:@acme.com sla:<1h
    tag:refund -tag:vip "double charge" refund 21 #21

Terms stand side by side, or with AND between them. The condition of a policy is a query too, of
those terms that ask about a ticket's labels (`parse_condition`, `fits`).

A new term is a node in `nodes`, and a line with its reader in `terms`. Once the node stands in a
union, the type checker names each place that has to take it apart: `match`, `parse_condition` and
`storage.tickets.search`."""
