"""Turn the treebanks into spaCy training data in one scheme (GENIA UD 1).

    python training/convert_trees.py build [--corpora ../shared/corpora] [--out training/data]
    python training/convert_trees.py check     # the UD 2 -> UD 1 map against GENIA's pair

Documents hold about eight sentences, so that the parser learns where sentences end.
Words are regrouped to the tokens that scispaCy's tokenizer cuts from the same text.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from augment import flatten
from paths import add_path_arguments, blank_pipeline
from regroup import regroup
from spacy.language import Language
from spacy.tokens import Doc, DocBin
from tree_maps import is_tree, stanford_to_ud1, ud2_to_ud1
from treebank import ROOT, Paragraph, Word, read_conllu

SENTENCES_A_DOCUMENT = 8
EWT_SHARE = 0.5


def keep_scheme(words: list[Word]) -> None:
    """The file is in GENIA UD 1 already."""


# output name -> (treebank file stem, map, share of the documents that is used)
TRAIN: dict[str, tuple[str, Callable[[list[Word]], None], float]] = {
    "genia": ("genia_ud2_train", ud2_to_ud1, 1.0),
    "genia_future_use": ("genia_ud2_future_use", ud2_to_ud1, 1.0),
    "craft": ("craft_sd_train", stanford_to_ud1, 1.0),
    "ewt": ("ewt_ud2_train", ud2_to_ud1, EWT_SHARE),
}
DEV: dict[str, tuple[str, Callable[[list[Word]], None], float]] = {
    "genia_dev": ("genia_ud1_dev", keep_scheme, 1.0),
    "craft_dev": ("craft_sd_dev", stanford_to_ud1, 1.0),
    "ewt_dev": ("ewt_ud2_dev", ud2_to_ud1, 1.0),
}


def normal_lemma(word: Word) -> str:
    """Lemma in lower case, but codes (IL-2, CD4) and numbers as written.

    An edit tree cannot say "lower-case this", so lower-casing codes would cost one tree each.
    """
    form, lemma = word.form, word.lemma
    if word.tag == "CD" or lemma == "_":
        return form
    code = any(c.isdigit() for c in form) or sum(c.isupper() for c in form) > 1
    if not code:
        return lemma.lower()
    plural = word.tag in {"NNS", "NNPS"} and form.endswith("s") and not lemma.endswith("s")
    return form[:-1] if plural else form


def normal_tag(tag: str) -> str:
    """PTB tag as GENIA has it (EWT writes proper nouns, GENIA hardly does)."""
    return {"NNP": "NN", "NNPS": "NNS", "AFX": "JJ", "ADD": "NN", "GW": "NN", "XX": "FW"}.get(
        tag, tag
    )


def borrow_spaces(sentences: list[list[Word]], twins: list[list[Word]]) -> None:
    """Take SpaceAfter from the UD 2 twin: GENIA's UD 1 files do not carry it.

    Some thirty sentences of dev are cut into other words there; they get blanks everywhere.
    """
    for words, twin in zip(sentences, twins, strict=True):
        if [word.form for word in words] == [word.form for word in twin]:
            for word, other in zip(words, twin, strict=True):
                word.space_after = other.space_after


def documents(
    paragraphs: Iterable[Paragraph], size: int = SENTENCES_A_DOCUMENT
) -> Iterator[tuple[str, list[list[list[Word]]]]]:
    """Yield (article, paragraphs) with about ``size`` sentences of one article."""
    pending: list[list[list[Word]]] = []
    count, article = 0, ""
    for paragraph in paragraphs:
        sentences = [words for words in paragraph.sentences if is_tree(words)]
        for start in range(0, len(sentences), size):
            part = sentences[start : start + size]
            if pending and (count + len(part) > size or paragraph.document != article):
                yield article, pending
                pending, count = [], 0
            pending.append(part)
            count, article = count + len(part), paragraph.document
    if pending:
        yield article, pending


def to_doc(words: list[Word], sentence_of: list[int], nlp: Language) -> Doc:
    """A gold Doc. Raises ``ValueError`` where trees do not end with their sentences."""
    doc = Doc(
        nlp.vocab,
        words=[word.form for word in words],
        spaces=[word.space_after for word in words],
        tags=[normal_tag(word.tag) for word in words],
        lemmas=[normal_lemma(word) for word in words],
        heads=[i if word.head == ROOT else word.head for i, word in enumerate(words)],
        deps=["ROOT" if word.dep == "root" else word.dep for word in words],
    )
    starts = [i for i, number in enumerate(sentence_of) if i == 0 or number != sentence_of[i - 1]]
    if [token.i for token in doc if token.is_sent_start] != starts:
        raise ValueError(f"sentence starts {starts} do not fit the trees of: {doc.text}")
    return doc


def read_paragraphs(path: Path, scheme_map: Callable[[list[Word]], None]) -> list[Paragraph]:
    """A treebank file in GENIA's scheme, with the blanks between its words."""
    paragraphs = list(read_conllu(path))
    if "ud1" in path.name:
        twin = read_conllu(path.with_name(path.name.replace("ud1", "ud2")))
        borrow_spaces(
            [words for paragraph in paragraphs for words in paragraph.sentences],
            [words for paragraph in twin for words in paragraph.sentences],
        )
    for paragraph in paragraphs:
        for words in paragraph.sentences:
            scheme_map(words)
    return paragraphs


def convert(
    path: Path,
    scheme_map: Callable[[list[Word]], None],
    nlp: Language,
    *,
    share: float = 1.0,
    augment: bool = True,
    seed: int = 0,
) -> Iterator[Doc]:
    """Yield gold Docs of one treebank file; ``user_data`` holds the article's id."""
    rng = random.Random(seed)
    for article, document in documents(read_paragraphs(path, scheme_map)):
        if rng.random() > share:
            continue
        style = "plain"
        if augment:
            style = rng.choices(["plain", "glued", "list", "small"], [74, 8, 12, 6])[0]
        words, sentence_of = flatten(document, rng, style)
        words, sentence_of = regroup(words, sentence_of, nlp)
        doc = to_doc(words, sentence_of, nlp)
        doc.user_data = {"article": article}
        yield doc


def write(docs: Iterable[Doc], path: Path) -> int:
    """Write a DocBin and return the number of documents."""
    attributes = ["ORTH", "SPACY", "TAG", "LEMMA", "HEAD", "DEP", "SENT_START"]
    found = DocBin(attrs=attributes, store_user_data=True, docs=docs)
    path.parent.mkdir(parents=True, exist_ok=True)
    found.to_disk(path)
    return len(found)


def build(corpora: Path, out: Path) -> None:
    """Write ``trees_train/<name>.spacy`` and ``trees_dev/<name>.spacy`` and a small dev sample."""
    nlp = blank_pipeline()
    for folder, table, augment in [("trees_train", TRAIN, True), ("trees_dev", DEV, False)]:
        for name, (stem, scheme_map, share) in table.items():
            path = corpora / "treebank" / f"{stem}.conllu.gz"
            docs = list(convert(path, scheme_map, nlp, share=share, augment=augment))
            count = write(docs, out / folder / f"{name}.spacy")
            words = sum(len(doc) for doc in docs)
            print(f"{name}: {count} documents, {words} words")
            if name == "genia_dev":
                write(docs[::5], out / "trees_sample.spacy")


def check(corpora: Path) -> None:
    """Print how often the mapped UD 2 trees equal GENIA's own UD 1 trees."""
    files = [corpora / "treebank" / f"genia_{name}_dev.conllu.gz" for name in ("ud1", "ud2")]
    ud1, ud2 = ([s for p in read_conllu(file) for s in p.sentences] for file in files)
    same: Counter[str] = Counter()
    wrong: Counter[tuple[str, str, str]] = Counter()
    for theirs, ours in zip(ud1, ud2, strict=True):
        if [w.form for w in theirs] != [w.form for w in ours]:
            continue
        ud2_to_ud1(ours)
        for a, b in zip(theirs, ours, strict=True):
            same["words"] += 1
            same["head"] += a.head == b.head
            same["head and label"] += (a.head, a.dep) == (b.head, b.dep)
            if a.dep != b.dep:
                wrong[a.dep, b.dep, a.form.lower()] += 1
    for key in ("head", "head and label"):
        print(f"{key}: {same[key] / same['words']:.4f} of {same['words']} words")
    print("most frequent differences (GENIA, mapped, word):", wrong.most_common(10))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("command", choices=["build", "check"])
    add_path_arguments(parser)
    arguments = parser.parse_args()
    if arguments.command == "check":
        check(arguments.corpora)
    else:
        build(arguments.corpora, arguments.out)


if __name__ == "__main__":
    main()
