"""What every renderer uses (safe characters, rounded numbers, aligned tables, the terminal), and small text reports."""
