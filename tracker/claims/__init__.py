"""What editors say of claims: their statuses, and how they are related, merged and split."""
