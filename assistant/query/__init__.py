"""What a question says, before anything is searched. Pure functions.

They tell the kind of answer wanted, the session, speaker or day named, mistyped words and
acronyms, and what a follow-up leans on. In: the words of a question and what the index knows of
names. Out: the text to search, the filters, and notes for who asked.
"""
