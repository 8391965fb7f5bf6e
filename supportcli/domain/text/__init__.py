"""What every noun needs of text: words as search sees them, durations, file names, the marks before
a subject."""
