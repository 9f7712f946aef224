"""The command line: the only room with typer, environment variables and exit codes."""
