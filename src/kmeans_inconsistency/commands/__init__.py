"""Commands: the command line by audience. ``workflow`` is what the rules call, the others are for people."""
