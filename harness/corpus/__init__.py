"""From documents to test sets."""
