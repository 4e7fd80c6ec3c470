"""Variables: their making, updating and sharing."""
