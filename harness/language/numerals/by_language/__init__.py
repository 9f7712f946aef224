"""One reader per language or family of languages: a text to its numerals; their words are data beside them.

What is the same in all languages (figures by locale, what renders what) is one room up.
"""
