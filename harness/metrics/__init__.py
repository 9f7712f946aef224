"""Measures of quality. Each is one file and one catalogue row."""
