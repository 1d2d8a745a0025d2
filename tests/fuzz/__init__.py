"""Files that nobody should send, made at random: every reader has to bear them.

``python -m tests.fuzz --seconds 600 --only html``; each finding is named with the number that
makes its file again.
"""
