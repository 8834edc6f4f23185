"""What several rooms of the web need: addresses, languages, assets, pieces of HTML.

It is the ground floor of `web` and imports none of its other rooms.
"""
