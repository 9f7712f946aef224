"""Test sets on disk: the references folder, its manifest, its table of segments, human scores beside it.

Here belongs what reads and writes our own format. Formats of other tools belong in `bitext`, documents in `readers`.
"""
