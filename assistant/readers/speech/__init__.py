"""What was said: captions, transcripts and recordings, as sentences with their seconds.

`captions` and `plain_transcripts` read files, `recordings` has Whisper listen where the extra
`audio` is installed. `turns` makes sentences out of cues, and `speaker_names` tells a name from a
word. Transcriptions are kept by content, since they take long.
"""
