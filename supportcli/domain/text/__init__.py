"""Text that every noun needs: words as search sees them, durations, file names, subject marks such
as "Re:"."""
