"""How passages are proposed as evidence: gated, ranked, and never twice."""
