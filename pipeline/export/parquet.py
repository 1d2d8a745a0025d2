"""All tables of a run as Parquet, a file each."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.export.files import whole_folder
from pipeline.export.source import Source
from pipeline.export.tables import not_exported

if TYPE_CHECKING:
    import pandas as pd

METADATA = b"run.json"


def write(source: Source, path: Path) -> list[str]:
    """Write the tables with their types; each file has ``run.json`` in its metadata.

    Raises ExportError for a folder with other files in it, and OutputError.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    frames = source.frames.named()
    about = json.dumps(source.about, ensure_ascii=False).encode()
    with whole_folder(path, [_file(name) for name in frames]) as beside:
        for name, frame in frames.items():
            schema = pa.schema([(column, _kind(frame[column])) for column in frame.columns])
            table = pa.Table.from_pandas(frame, schema, preserve_index=False)
            metadata = {**(table.schema.metadata or {}), METADATA: about}
            pq.write_table(table.replace_schema_metadata(metadata), beside / _file(name))
    return not_exported(source)


def _file(name: str) -> str:
    return f"{name}.parquet"


def _kind(column: pd.Series[Any]) -> Any:
    import pyarrow as pa
    from pandas.api import types

    if types.is_bool_dtype(column):
        return pa.bool_()
    return {"i": pa.int64(), "f": pa.float64()}.get(column.dtype.kind, pa.string())
