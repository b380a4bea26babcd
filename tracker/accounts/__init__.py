"""Who joins the newsroom and how they sign in."""
