"""What is sent: a reply as bytes, with the headers that keep its thread together."""
