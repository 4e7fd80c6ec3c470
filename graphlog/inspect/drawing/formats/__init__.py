"""A drawing in the formats that it is written in."""
