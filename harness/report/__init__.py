"""Pure renderers: values in, text out.

Rooms: `text` (what every renderer uses), `board` (the leaderboard), `verdict` (the gate), `page` (the HTML report).
Nothing here reads a file of a run, computes a statistic or decides anything.
"""
