"""One module per command, named like the command. Each reads its options, calls one function of a room below, prints.

What several commands share is one level up; what a program could want without a command line is in `harness.pipeline`,
`harness.gate` or a room below.
"""
