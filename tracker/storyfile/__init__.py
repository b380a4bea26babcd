"""Stories as YAML files: read, check, load, dump, and the evidence a sample is seeded with."""
