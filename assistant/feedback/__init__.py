"""What agents think of answers, and what they asked in vain.

It has a database of its own and keeps nobody's name. Words that could name somebody are masked
before anything is written. `clusters` puts questions that mean the same together, for staff.
"""
