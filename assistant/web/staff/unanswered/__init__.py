"""The page of questions that got no answer: grouped by meaning, asked again, erased, exported."""
