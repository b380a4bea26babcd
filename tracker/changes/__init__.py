"""What changed for whom: the stream behind digests, alerts and feeds."""
