"""What happens elsewhere: what is for me, and whether the desk can be reached."""
