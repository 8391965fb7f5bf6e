"""Mail that we write first, to somebody who has not written to us."""
