"""Sources of the report's page: hand-written HTML, CSS and JavaScript, put together by `harness.report.html`."""
