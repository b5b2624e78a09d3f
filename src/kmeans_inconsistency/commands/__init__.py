"""The command line: one module for each command that a user calls on inputs of their own."""
