"""The whole of the ingest with real engines and real workers, hurt on purpose."""
