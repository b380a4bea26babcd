"""The sample publishers: invented outlets, served from the loopback interface."""
