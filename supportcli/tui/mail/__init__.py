"""Mail in the inbox: held mail, and the health of mail."""
