"""Engines without a model or a network: the source itself, a file of translations, a gloss by dictionary."""
