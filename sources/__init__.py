"""Where text comes from: feeds, fetching, articles and their versions. Knows nothing of claims."""
