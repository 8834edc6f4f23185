"""What several rooms of the web need: addresses, languages, assets, what reads templates.

It is the ground floor of `web` and imports none of its other rooms.
"""
