"""``python -m matcher``: the command line."""

from matcher.cli.app import app

app(prog_name="matcher")
