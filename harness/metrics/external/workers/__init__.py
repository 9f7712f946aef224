"""Programs that run in the environment of a metric, not in ours: standard library and that metric's packages only."""
