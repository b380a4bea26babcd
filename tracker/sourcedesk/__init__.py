"""The sources desk: which sources an address asks for, and one source from many sides."""
