"""Builds the house from its configuration, starts its clock, and takes it down in reverse order."""
