"""Who a reply goes to, and what happens to it on its way."""
