"""What is compared with what: systems, test sets and segments of two sides, and the names in a policy.

Here nothing is measured. A name that nothing answers to ends here, before any work.
"""
