"""What leaves Claimline as files, in formats that other tools read."""
