"""What was said of a theme, or in a session: many passages → a few excerpts that tell most of it.

`theme_passages` gathers the passages it is looked for in, `theme_sentences` weighs each of their
sentences, `candidates` are the best with what they need around them, `choosing` takes those of
them that say something else than each other, and `citing` puts them in order. `retrieval.answers`
says whether there is an answer at all. The points that session sheets keep are chosen in `sheets`.
"""
