"""Pure decisions: no I/O, no clock, no chance; what they need is an argument."""
