"""What each table holds: columns, the words that cells may hold, and the checks on both."""
