"""Other tools over the same passages with the same model: each by a script in its environment.

`bench.compare_peers` makes the environments and runs them. These scripts import nothing of ours.
"""
