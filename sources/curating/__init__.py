"""What editors do to sources: tags and their vocabulary, merging, splitting, lists in and out."""
