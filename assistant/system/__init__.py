"""The operating system and the disk, nothing of the product.

Files and folders written whole, a journal that survives a kill, processes, memory, logs, and the
variables that keep libraries off the network. Every room may use it. It knows no document and no
question.
"""
