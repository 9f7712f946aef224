"""The leaderboard: `rows` is the board as a value, the other modules show it, one module per form."""
