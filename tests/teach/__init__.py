"""The tool that makes definitions from recordings."""
