"""Tables that people and other programs wrote, and files that should match: by id or line by line.

Here belongs what reads rows for any room: TSV, CSV, JSON Lines, and the refusals that name file and line. What a
column means belongs to the room that asked for it; the tables that runs write are `store`'s.
"""
