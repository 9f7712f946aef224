"""Texts that are aligned already: TMX, XLIFF, tables, plain files with one line per segment, other tools' folders.

Here belongs one module per such format, for reading and for writing. Documents that must still be split and aligned
belong in `readers`; our own format in `testset`.
"""
