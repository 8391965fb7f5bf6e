"""The demo: a shop for coffee machines with its mail servers, a morning's mail, and customers who answer."""
