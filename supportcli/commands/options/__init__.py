"""What commands ask for and how: tickets by number, texts, dates, questions, completion."""
