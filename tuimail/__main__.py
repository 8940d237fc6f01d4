"""Composition root: read the command line, open the profile, go through one of three doors."""
