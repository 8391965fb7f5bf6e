"""The one search language: `parse` reads it into `nodes`, `match` is its meaning;
`storage.tickets.search` says the same in SQL, held to it by a property test.

    status:open assignee:me priority:>=high mailbox:help from:@acme.com sla:<1h created:<7d
    has:attachment subject:"double charge" tag:refund -tag:vip refund OR return -(a b) sort:updated
    customer:maria organisation:acme is:vip lookup:plan=pro

How terms stand together is read in `operators`, what stands behind a colon in `terms`, dates in
`spans`, the words of `is:` and `has:` in `traits`, what asks about customers in
`about_customer`. The condition of a policy is a query too, of
those terms that ask about a ticket's labels (`parse_condition`, `fits`).

A new term is a node in `nodes`, and a line with its reader in `terms`; a new word of `is:` that
other terms can say is a line in `traits`. Once a node stands in a union, the type checker names
each place that has to take it apart: `match`, `parse` (for conditions), and
`storage.tickets.search` with `search_terms`."""
