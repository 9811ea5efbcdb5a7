"""How a pair is judged: gates, criteria, the weighted mean, the explanation record."""
