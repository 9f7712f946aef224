"""What the evidence means: pure functions from numbers to pass, regression or an open question, in words."""
