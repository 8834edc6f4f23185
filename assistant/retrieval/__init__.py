"""From a question to ranked passages, and from these to an answer or a refusal.

`pipeline` has the question understood and searched; `search` finds and `ranking` orders passages;
`telling` weighs sentences by themselves, `sentences` for a question; `evidence` and `answerability`
say how sure it is that they answer; `quoting` cuts what is shown, and `overviews` what was said of
a theme. `catalogue_answers` and `small_talk` quote nothing. Scores
are absolute: they mean the same in any corpus.
Nothing here knows the page or the command line.
"""
