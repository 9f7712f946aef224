"""What was measured: losses with their bounds, counts with their exact tests, limits; numbers only, no judgement."""
