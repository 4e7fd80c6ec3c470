"""Drawing a graph without a browser: what is visible, where it lies, and the formats it is written in."""
