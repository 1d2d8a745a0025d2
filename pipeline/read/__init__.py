"""Reading: files and folders in, documents and failures out.

Each format is one module with a ``read`` function; ``formats.FORMATS`` maps suffixes to
them. ``layout.blocks`` cuts the text of a document into the stretches that are parsed.
"""

from pipeline.read.inputs import MAX_CHARACTERS, InputError, read_inputs

__all__ = ["MAX_CHARACTERS", "InputError", "read_inputs"]
