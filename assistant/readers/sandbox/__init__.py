"""The process that reads files, and the pipe to it.

`parent` asks for a file, `child` reads it in a fork under limits of time and memory. A file that
crashes, hangs or fills its reader ends that fork and nothing else. Pictures of pages are drawn
behind the same pipe.
"""
