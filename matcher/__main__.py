"""``python -m matcher``: the command line."""

from matcher.cli import app

app(prog_name="matcher")
