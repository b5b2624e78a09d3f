"""How fast the fits are, against peers and against drawing and sorting the data."""
