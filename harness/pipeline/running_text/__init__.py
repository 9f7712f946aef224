"""Texts that were translated in one piece: the units, how they are cut, and what a board says of them."""
