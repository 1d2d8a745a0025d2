"""Several models: the catalogue, what is put on the Doc, loading, the command."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import spacy
import standins
from spacy.language import Language
from spacy.tokenizer import Tokenizer
from support import read_csv
from typer.testing import CliRunner

from pipeline.catalogue import read_catalogue
from pipeline.cli import app
from pipeline.entities import ModelEntities, Source, model_entities
from pipeline.nlp import ModelError, load
from pipeline.patterns_data import PatternError
from pipeline.recognise.model_mentions import read_cues
from pipeline.records import Document
from pipeline.route import Settings, annotate

SECRETED = "Macrophages secrete TNF."
RAISED = "TNF is raised in blorba."
Folders = Callable[[str], Path]


def call(*arguments: object) -> Any:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.fixture(scope="session")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Folders:
    """The folder of a stand-in, trained when it is first asked for."""
    top = tmp_path_factory.mktemp("models")

    def folder(name: str) -> Path:
        path = top / name
        if not path.exists():
            standins.save(standins.train(name), path)
        return path

    return folder


class TestCatalogue:
    ENTRY = """\
unlisted: {CELL: CELL}
models:
  - name: en_x
    version: "1.0"
    address: https://example.org/en_x-1.0.tar.gz
    megabytes: 3
    about: a model
    licence: MIT
    labels: {A: CELL, B: null}
"""

    def test_shipped(self, patterns_dir: Path) -> None:
        catalogue = read_catalogue(patterns_dir)
        core = {f"en_core_sci_{size}" for size in ("sm", "md", "lg", "scibert")}
        assert set(catalogue.releases) == core | set(standins.LABELS)
        for name, release in catalogue.releases.items():
            assert release.address == (
                "https://s3-us-west-2.amazonaws.com/ai2-s2-scispacy/releases/"
                f"v{release.version}/{name}-{release.version}.tar.gz"
            )
            if name in core:
                assert release.labels == {"ENTITY": None}

    @pytest.mark.parametrize("name", standins.LABELS)
    def test_every_label_of_a_model_has_its_line(self, name: str, patterns_dir: Path) -> None:
        assert set(read_catalogue(patterns_dir).labels(name)) == set(standins.LABELS[name])

    def test_what_labels_map_to_is_known_to_the_recogniser(self, patterns_dir: Path) -> None:
        catalogue = read_catalogue(patterns_dir)
        names = ["any other", *catalogue.releases]
        ours = {label for name in names for label in catalogue.labels(name).values() if label}
        assert ours <= set(read_cues(patterns_dir).model_labels)

    @pytest.mark.parametrize(
        ("old", "new", "says"),
        [
            ("A: CELL", "A: CELLS", "models.yaml:3: labels.A"),
            ("megabytes: 3", "megabytes: many", "models.yaml:3: megabytes"),
            ("licence: MIT", "license: MIT", "models.yaml:3: licence"),
            ("https://example.org/en_x-1.0.tar.gz", "en_x", "whole one"),
            ("en_x-1.0.tar.gz", "en_y-1.0.tar.gz", "must end in a file en_x-1.0"),
            ('"1.0"', "1.0", "models.yaml:3: version"),
            ("unlisted: {CELL: CELL}", "unlisted: 3", "models.yaml:1: unlisted"),
        ],
    )
    def test_wrong(self, old: str, new: str, says: str, tmp_path: Path) -> None:
        assert self.ENTRY.count(old) == 1
        (tmp_path / "models.yaml").write_text(self.ENTRY.replace(old, new), encoding="utf-8")
        with pytest.raises(PatternError, match=says):
            read_catalogue(tmp_path)

    def test_twice(self, tmp_path: Path) -> None:
        again = self.ENTRY + self.ENTRY.partition("models:\n")[2]
        (tmp_path / "models.yaml").write_text(again, encoding="utf-8")
        with pytest.raises(PatternError, match=r"models\.yaml:10: en_x is listed twice"):
            read_catalogue(tmp_path)


def ruled(patterns: dict[str, str], *, by_blanks: bool = False) -> Language:
    """A pipeline that marks words by rule."""
    nlp = spacy.blank("en")
    if by_blanks:
        nlp.tokenizer = Tokenizer(nlp.vocab)
    ruler: Any = nlp.add_pipe("entity_ruler")
    ruler.add_patterns([{"label": label, "pattern": words} for words, label in patterns.items()])
    return nlp


class TestEntities:
    """What further models find, on the Doc of the first; no trained model."""

    @staticmethod
    def read(text: str, *models: tuple[Language, dict[str, str | None]]) -> list[Any]:
        (first, labels), *others = models
        component = ModelEntities()
        component.sources = [Source(labels, None), *(Source(m, n) for n, m in others)]
        doc = component(first(text))
        return [(text[e.start : e.end], e.label, e.span.text) for e in model_entities(doc)]

    def test_labels_are_ours(self) -> None:
        first = ruled({"TNF": "GENE", "colitis": "ENTITY"}), {"GENE": "GENE", "ENTITY": None}
        other = ruled({"colitis": "ILL", "mice": "SO"}), {"ILL": "DISEASE"}
        assert self.read("TNF in colitis of mice", first, other) == [
            ("TNF", "GENE", "TNF"), ("colitis", "DISEASE", "colitis"),
        ]  # fmt: skip

    def test_what_two_agree_on_stands_once(self) -> None:
        one, two = ruled({"colitis": "A"}), ruled({"colitis": "B"})
        found = self.read("colitis", (one, {"A": "DISEASE"}), (two, {"B": "DISEASE"}))
        assert found == [("colitis", "DISEASE", "colitis")]
        found = self.read("colitis", (one, {"A": "DISEASE"}), (two, {"B": "CELL"}))
        assert [label for _, label, _ in found] == ["DISEASE", "CELL"]

    def test_finer_tokens_than_the_first_model_has(self) -> None:
        first = ruled({}, by_blanks=True), {}
        other = ruled({"cisplatin": "A"}), {"A": "CHEMICAL"}
        found = self.read("a (cisplatin) dose", first, other)
        assert found == [("cisplatin", "CHEMICAL", "(cisplatin)")]

    def test_coarser_tokens_than_the_first_model_has(self) -> None:
        first = ruled({}), {}
        other = ruled({"(cisplatin)": "A"}, by_blanks=True), {"A": "CHEMICAL"}
        found = self.read("a (cisplatin) dose", first, other)
        assert found == [("(cisplatin)", "CHEMICAL", "(cisplatin)")]

    def test_order_of_a_batch(self) -> None:
        first, other = ruled({}), ruled({"a": "A", "b": "B"})
        component = ModelEntities()
        component.sources = [Source({}, None), Source({"A": "CELL", "B": "GENE"}, other)]
        docs = list(component.pipe([first(text) for text in "abcab"], batch_size=2))
        labels = ["".join(e.label for e in model_entities(doc)) for doc in docs]
        assert labels == ["CELL", "GENE", "", "CELL", "GENE"]

    def test_a_doc_that_no_model_has_read(self, plain: Language) -> None:
        assert model_entities(plain("TNF")) == []

    def test_words_of_further_models_are_freed(self) -> None:
        first, other = ruled({}), ruled({"TNF": "A"})
        component: Any = first.add_pipe("model_entities")
        component.sources = [Source({"A": "GENE"}, other)]
        with first.memory_zone():
            assert len(model_entities(first("TNF of qwzxv"))) == 1
            assert "qwzxv" in other.vocab.strings
        assert "qwzxv" not in other.vocab.strings


class TestLoad:
    def test_a_core_model_alone(self, folders: Folders) -> None:
        path = folders("en_core_sci_sm")
        nlp = load(str(path))
        assert nlp.meta["models"] == [{"name": "en_core_sci_sm", "version": "0.5.4"}]
        doc = nlp(standins.read_sentence("en_core_sci_sm"))
        assert [e.label_ for e in doc.ents] == ["ENTITY"]
        assert model_entities(doc) == []
        (found,) = annotate([Document("a", SECRETED)], Settings(str(path)))
        (relation,) = found.relations
        assert (relation.predicate, relation.object.concept_name) == ("SECRETES", "TNF")

    @pytest.mark.parametrize("name", [name for name in standins.LABELS if "ner" in name])
    def test_entities_of_each_model(self, name: str, folders: Folders, patterns_dir: Path) -> None:
        """Behind a core model: every label is emitted, and is ours on the Doc or dropped."""
        text = standins.read_sentence(name)
        doc = load(f"{folders('en_core_sci_sm')},{folders(name)}")(text)
        labels = read_catalogue(patterns_dir).labels(name)
        wanted = {
            (word, labels[label]) for label, word in standins.LABELS[name].items() if labels[label]
        }
        assert {(text[e.start : e.end], e.label) for e in model_entities(doc)} == wanted
        assert {e.label_ for e in load(str(folders(name)))(text).ents} == set(standins.LABELS[name])

    @pytest.mark.parametrize("name", ["en_core_sci_sm", "en_ner_bc5cdr_md"])
    def test_words_for_booleans(self, name: str, folders: Folders) -> None:
        """As in the released configurations; spaCy alone refuses them."""
        path = folders(name)
        with pytest.raises(ValueError, match=r"include_static_vectors.* is not <class 'bool'>"):
            spacy.load(path)
        settings = load(str(path)).config["components"]
        vectors = name.endswith("_md")
        for embed in (settings["tok2vec"]["model"], settings["ner"]["model"]["tok2vec"]):
            assert embed["embed"]["include_static_vectors"] is vectors
        assert settings["tagger"]["model"]["normalize"] is False

    def test_a_configuration_that_spacy_refuses(self, folders: Folders, tmp_path: Path) -> None:
        """Its first line is empty in spaCy's message."""
        path = tmp_path / "refused"
        shutil.copytree(folders("en_core_sci_sm"), path)
        config = path / "config.cfg"
        text = config.read_text(encoding="utf-8").replace("validate = false", 'validate = "no"')
        config.write_text(text, encoding="utf-8")
        with pytest.raises(ModelError, match="Config error for 'attribute_ruler'; "):
            load(str(path))

    def test_only_entities_come_from_further_models(self, folders: Folders) -> None:
        nlp = load(f"{folders('en_core_sci_sm')}, {folders('en_ner_bc5cdr_md')}")
        component: Any = nlp.get_pipe("model_entities")
        assert [s.nlp.pipe_names for s in component.sources if s.nlp] == [["ner"]]
        assert [one["name"] for one in nlp.meta["models"]] == ["en_core_sci_sm", "en_ner_bc5cdr_md"]

    def test_the_first_that_parses(self, folders: Folders, tmp_path: Path) -> None:
        ruled({"blorba": "DISEASE"}).to_disk(tmp_path / "rules")
        nlp = load(f"{tmp_path / 'rules'},{folders('en_core_sci_sm')}")
        assert {"parser", "tagger", "model_entities"} <= set(nlp.pipe_names)
        assert nlp.meta["name"] == "core_sci_sm"
        assert [e.label for e in model_entities(nlp(RAISED))] == ["DISEASE"]

    def test_the_same_name_twice(self, folders: Folders) -> None:
        path = folders("en_core_sci_sm")
        assert load(f"{path},{path}") is load(str(path))

    def test_none_that_parses(self, tmp_path: Path) -> None:
        for name in ("a", "b"):
            ruled({"x": "CELL"}).to_disk(tmp_path / name)
        with pytest.raises(ModelError, match="has no parser and no tagger; relations need both"):
            load(str(tmp_path / "a"))
        with pytest.raises(ModelError, match=r"none of the models .* add 'embedded'"):
            load(f"{tmp_path / 'a'},{tmp_path / 'b'}")

    def test_a_further_model_without_entities(self, folders: Folders, tmp_path: Path) -> None:
        spacy.blank("en").to_disk(tmp_path / "blank")
        with pytest.raises(ModelError, match="finds no entities, so it adds nothing to"):
            load(f"{folders('en_core_sci_sm')},{tmp_path / 'blank'}")

    def test_no_name(self) -> None:
        with pytest.raises(ModelError, match="no model is named"):
            load(" , ")

    def test_a_released_model_that_is_not_installed(self) -> None:
        with pytest.raises(ModelError, match="'pipeline models install en_core_sci_lg'"):
            load("en_core_sci_lg")

    def test_what_only_has_a_models_name_is_not_imported(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        info = tmp_path / "en_core_sci_lg-999.9.9.dist-info"
        info.mkdir()
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: en-core-sci-lg\n", "utf-8")
        (tmp_path / "en_core_sci_lg.py").write_text("raise SystemExit('imported')\n", "utf-8")
        monkeypatch.syspath_prepend(tmp_path)
        with pytest.raises(ModelError, match="pipeline models install"):
            load("en_core_sci_lg")

    def test_packages_that_a_model_needs(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        nlp = spacy.blank("en")
        nlp.meta.update(name="core_sci_scibert", version="0.5.4")
        nlp.to_disk(tmp_path / "en_core_sci_scibert")
        config = tmp_path / "en_core_sci_scibert" / "config.cfg"
        text = config.read_text(encoding="utf-8").replace("pipeline = []", 'pipeline = ["x"]')
        config.write_text(
            text.replace("[components]", '[components]\n[components.x]\nfactory = "xformer"'),
            encoding="utf-8",
        )
        monkeypatch.chdir(tmp_path)  # so that the folder's name is the model's
        monkeypatch.setattr("pipeline.nlp.missing_packages", lambda names: list(names))
        with pytest.raises(ModelError, match="pip install spacy-transformers torch") as caught:
            load("en_core_sci_scibert")
        assert "\n" not in str(caught.value)


@pytest.mark.model
class TestBesideTheEmbedded:
    def test_run_in_processes(self, folders: Folders, tmp_path: Path) -> None:
        for i in range(20):  # more than one batch
            (tmp_path / "in").mkdir(exist_ok=True)
            (tmp_path / "in" / f"{i}.txt").write_text(RAISED, encoding="utf-8")
        models = ["--model", "embedded", "--model", folders("en_ner_bc5cdr_md")]
        outputs = []
        for workers in (1, 2):
            out = tmp_path / f"out{workers}"
            result = call("run", tmp_path / "in", "-o", out, "--workers", workers, *models)
            assert result.exit_code == 0, result.stderr
            outputs.append([(out / f"{n}.csv").read_bytes() for n in ("mentions", "relations")])
        assert outputs[0] == outputs[1]
        assert "Models: en_cytokine_reader_sm " in result.stderr
        assert ", en_ner_bc5cdr_md 0.5.4" in result.stderr
        about = json.loads((out / "run.json").read_text(encoding="utf-8"))
        assert about["model"]["name"] == "cytokine_reader_sm"
        assert about["models"][1:] == [{"name": "en_ner_bc5cdr_md", "version": "0.5.4"}]
        rows = read_csv(out / "relations.csv")
        assert {(r["subject_text"], r["object_text"]) for r in rows} == {("TNF", "blorba")}

    def test_explain(self, folders: Folders) -> None:
        assert "blorba" not in call("explain", RAISED).stdout.partition("Parse")[0]
        shown = call("explain", RAISED, "--model", f"embedded,{folders('en_ner_bc5cdr_md')}")
        assert "ASSOCIATED_WITH(TNF, blorba)" in shown.stdout

    def test_reparse(self, folders: Folders, patterns_dir: Path) -> None:
        from pipeline.check import example_texts
        from pipeline.relate.rules import read_rules

        nlp = load(f"embedded,{folders('en_ner_bc5cdr_md')}")
        text = example_texts(read_rules(patterns_dir))[0]
        one, other = (m(text).to_json() for m in (load(), nlp))
        assert one["tokens"] == other["tokens"]

    def test_the_embedded_one_behind_another(self, folders: Folders) -> None:
        """Its entities listen to its shared tok2vec, which stays."""
        nlp = load(f"{folders('en_core_sci_sm')},embedded")
        component: Any = nlp.get_pipe("model_entities")
        assert component.sources[1].nlp.pipe_names == ["tok2vec", "ner"]
        assert {e.label for e in model_entities(nlp(SECRETED))} == {"CELL", "GENE"}
