"""What several rooms know of languages: scripts, the dictionary, numerals. Pure but for reading shipped data."""
