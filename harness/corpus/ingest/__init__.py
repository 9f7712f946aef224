"""From documents as published to a references folder: `build` has the whole way on one page.

Here belongs what knows the whole way: which format a file has, corrections by a reviewer, provenance, the audit that no
character vanished, the page for review. A single step belongs in the room of that step.
"""
