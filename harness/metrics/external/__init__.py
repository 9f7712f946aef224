"""Scores from outside this process: computed elsewhere and read from a file, or by a program in its own environment.

Here belongs the protocol, its programs (`workers`, which import nothing of this project), and the reading of score
files. A metric that runs in this process has a room or a module of its own.
"""
