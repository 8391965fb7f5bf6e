"""The widgets of the inbox. They draw their own lines from text in inks and know nothing of the
desk."""
