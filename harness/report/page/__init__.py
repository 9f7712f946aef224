"""Sources of the report's page (HTML, CSS, JavaScript) and the code that puts them together."""
