"""An application that kills the process which tells it of an article titled DEADLY."""
