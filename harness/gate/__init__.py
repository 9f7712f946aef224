"""The CI gate, from two runs and a policy to a verdict.

Read it in this order: `check` (finds the runs and the policy), `compare_runs` (the whole way on one page), `pairing`
(which system against which), `examine`, `evidence` and `paired_metric` (what is measured), `judge` (pass, regression or
inconclusive).

Here belongs what decides. How a verdict looks is in `harness.report.verdict`, what it is made of in
`harness.domain.policy` and `harness.domain.verdict`, how configs/gate.yaml is read in `harness.config.gate_policy`.
"""
