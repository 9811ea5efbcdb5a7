"""Shared parts of the tests: paths, small problems, encoders and the programs of others."""
