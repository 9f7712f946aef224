"""PDF: words at places become lines, columns, tables and notes; what was not printed is left out."""
