"""Buying no more translations than the verdict needs: planned looks at growing parts of the test sets.

`looks` says what is bought in which order, `check_early` buys it. What each look may err is in
`harness.gate.evidence.spending`.
"""
