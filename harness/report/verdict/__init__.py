"""The gate's verdict as text, Markdown and JUnit XML. What the verdict is was decided in `harness.gate`."""
