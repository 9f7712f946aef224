"""Readers: one file of a document format each, to blocks."""
