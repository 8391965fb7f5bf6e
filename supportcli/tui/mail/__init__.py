"""Mail in the inbox: held mail, and how the mail goes."""
