"""What an administrator watches: runs, feeds, the morning report, figures for a monitor."""
