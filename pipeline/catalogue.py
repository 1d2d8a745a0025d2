"""The released models as data: ``patterns/models.yaml``, and which of them are installed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any, Literal, TypeVar
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from pipeline.patterns_data import PatternError, read_yaml, without_lines

FILE = "models.yaml"
Label = Literal["GENE", "CELL", "DISEASE", "CHEMICAL"]
Model = TypeVar("Model", bound=BaseModel)


class Release(BaseModel):
    """One released model. ``megabytes`` is the rounded size of the download, None where it is
    not known; a label of the model that maps to None says nothing about our mentions."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    version: str = Field(min_length=1)
    address: str
    megabytes: int | None = Field(default=None, gt=0)
    about: str
    licence: str
    packages: list[str] = []
    labels: dict[str, Label | None] = Field(min_length=1)

    @model_validator(mode="after")
    def _its_own_file(self) -> Release:
        """An address, not a bare name, which a registry would look up; and this model's."""
        parts = urlsplit(self.address)
        if parts.scheme not in {"https", "http", "file"}:
            raise ValueError("address must be a whole one, such as https://...")
        if not parts.path.rpartition("/")[2].startswith(f"{self.name}-{self.version}"):
            raise ValueError(f"the address must end in a file {self.name}-{self.version}...")
        return self


class _Unlisted(BaseModel):
    model_config = ConfigDict(extra="forbid")

    unlisted: dict[str, Label | None]


@dataclass(frozen=True)
class Catalogue:
    """Releases by name, in the order of the file, and the labels of all other models."""

    releases: dict[str, Release]
    unlisted: dict[str, Label | None]

    def labels(self, name: str) -> Mapping[str, Label | None]:
        """The map from the labels of the model ``name`` to ours."""
        release = self.releases.get(name)
        return release.labels if release else self.unlisted


def read_catalogue(folder: Path) -> Catalogue:
    """Raises PatternError, which names ``file:line``, for what does not fit the schema, and
    OSError for a missing file."""
    path = folder / FILE
    data = read_yaml(path)
    unlisted = _checked(_Unlisted, {"unlisted": data.get("unlisted")}, f"{path}:1").unlisted
    releases: dict[str, Release] = {}
    for raw in data.get("models") or []:
        where = f"{path}:{raw.get('__line__', 1) if isinstance(raw, dict) else 1}"
        release = _checked(Release, raw, where)
        if release.name in releases:
            raise PatternError(f"{where}: {release.name} is listed twice")
        releases[release.name] = release
    return Catalogue(releases, unlisted)


def _checked(schema: type[Model], raw: Any, where: str) -> Model:
    try:
        return schema.model_validate(without_lines(raw))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise PatternError(f"{where}: {place}: {first['msg']}") from error


def installed_models() -> dict[str, str]:
    """Name and version of the packages that announce themselves as spaCy models.

    A package that merely has a model's name does not count: it is never imported.
    """
    found = metadata.entry_points(group="spacy_models")
    return {entry.name: entry.dist.version for entry in found if entry.dist is not None}


def missing_packages(names: Iterable[str]) -> list[str]:
    """Those of the named distributions that are not installed."""

    def installed(name: str) -> bool:
        try:
            metadata.distribution(name)
        except metadata.PackageNotFoundError:
            return False
        return True

    return [name for name in names if not installed(name)]
