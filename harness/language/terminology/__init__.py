"""Terms and where they stand: glossaries as people keep them, and the ends of words in text without spaces."""
