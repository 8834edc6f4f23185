"""Who speaks in a recording transcribed here: turns by voice, by numbers until staff name them.

`listening` has an encoder (`encoder`, its weights put together by `encoder_model`) make a vector of
each moment of speech, `clustering` says which of them are one voice, and `labels` gives each
sentence the voice that speaks most of it.
"""
