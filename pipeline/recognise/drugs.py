"""Which chemicals of a text are drugs: by their name, or by what the sentence does with them.

The trained model marks every chemical. A name with an INN stem or a company's code is a drug
wherever it stands; any other chemical is one when somebody is treated with it, when a dose
stands beside it, when it is called an inhibitor or an antibiotic, or when the same block says
so elsewhere. Stimuli, solvents and reagents never are, the body's own molecules and nutrients
only when a patient gets them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from spacy.tokens import Doc, Span, Token

from pipeline.recognise.chemical_mentions import Chemical, chemical_at, long_forms
from pipeline.recognise.chemicals import ChemicalCues
from pipeline.recognise.fine import fold

_UP = frozenset({"conj", "appos", "compound", "dep"})  # the head is used as the mention is
_BREAKS = ("V", "IN", "MD", "TO", "W", ".", ":")  # tags that end a noun phrase
_COMMAS = frozenset({",", ";"})
MAX_STEPS = 5


class DrugJudge:
    """Tells the drugs among the chemicals of one text.

    ``known`` says whether a name stands in the term table of drugs.
    """

    def __init__(self, cues: ChemicalCues, known: Callable[[str], bool]) -> None:
        self._cues = cues
        self._lists = cues.lists
        self._known = known
        self._after_hyphen = cues.lists["tails"] | cues.lists["heads_after"]
        self._protein_ends = tuple(sorted(cues.lists["protein_ends"]))

    def __call__(
        self,
        text: str,
        places: Sequence[tuple[int, int, Span]],
        offered: Collection[tuple[int, int]] = (),
    ) -> list[bool]:
        """One verdict a chemical. ``places`` are its characters and the tokens that hold them,
        in the order of the text, all of one Doc with tags and a parse, whose text is ``text``.
        Those ``offered`` look like a code, and no model has marked them."""
        if not places:
            return []
        chemicals = [chemical_at(text, *place) for place in places]
        names = [chemical.words for chemical in chemicals]
        known = long_forms(text, chemicals, names)
        names = [known.get(name, name) for name in names]
        infects = [word for word in self._lists["infects"] if word in text]
        microbes = {
            name
            for c, name in zip(chemicals, names, strict=True)
            if self._infects(c.text, text, infects)
        }
        verdicts = [
            False
            if name in microbes
            else self._code(chemical)
            if chemical[:2] in offered
            else self._alone(chemical, name)
            for chemical, name in zip(chemicals, names, strict=True)
        ]
        # What one sentence treats with is the same drug in the others; nutrients are not.
        drugs = {
            name
            for name, yes in zip(names, verdicts, strict=True)
            if yes and not self._endogenous(name)
        }
        settled = [
            name in drugs if yes is None else yes for name, yes in zip(names, verdicts, strict=True)
        ]
        at = {i for c, yes in zip(chemicals, settled, strict=True) if yes for i in _tokens(c)}
        for i, chemical in enumerate(chemicals):
            if verdicts[i] is None and not settled[i] and self._beside_drug(chemical.span, at):
                settled[i] = True
                at.update(_tokens(chemical))
        return settled

    def _alone(self, chemical: Chemical, name: tuple[str, ...]) -> bool | None:
        """True or False where the name and the sentence decide, else None. ``name`` is the
        long form of a short one."""
        if self._names_protein(chemical):
            return False
        text, words = chemical.text, chemical.words
        if self._by_name(text, words) or self._by_name("", name):
            return True
        laboratory = any(word in self._lists["laboratory"] for word in (*name, *words))
        if laboratory or self._cues.ions.fullmatch(text):
            return False
        used = self._used(chemical)
        if self._endogenous(name):
            persons = self._lists["persons"]
            return used and any(fold(token.text) in persons for token in chemical.span.sent)
        return used or None

    def _code(self, chemical: Chemical) -> bool | None:
        """Of what is written like a code: a drug only by what the sentence does with it."""
        token = chemical.span.root
        does = token.dep_ == "nsubj" and token.head.lemma_.lower() in self._cues.uses["code"]
        return True if does or self._used(chemical) else None

    def _by_name(self, text: str, words: Sequence[str]) -> bool:
        cues = self._cues
        return (
            any(cues.has_stem(word) or word in cues.drug_words for word in words)
            or (bool(words) and words[-1] in self._lists["classes"])
            or cues.is_code(text)
        )

    def _endogenous(self, words: Sequence[str]) -> bool:
        names = self._lists["endogenous"]
        return all(word in names for word in words if len(word) > 1 and not word[0].isdigit())

    def _names_protein(self, chemical: Chemical) -> bool:
        after = _at(chemical.span.doc, chemical.span.end)
        words = chemical.tail or ((fold(after.text),) if after is not None else ())
        return any(word.endswith(self._protein_ends) for word in words)

    @staticmethod
    def _infects(name: str, text: str, words: Sequence[str]) -> bool:
        """*Listeria-infected*, *Listeria infection*, anywhere in the text."""
        return any(f"{name}{joint}{word}" in text for joint in "- " for word in words)

    def _used(self, chemical: Chemical) -> bool:
        return (
            self._head_after(chemical)
            or self._cue_before(chemical.span)
            or self._governed(chemical.span.root)
        )

    def _head_after(self, chemical: Chemical) -> bool:
        """*X-treated*, *X therapy*, *X (20 mg)*, *X and Y treatment*."""
        if chemical.tail:
            return any(word in self._after_hyphen for word in chemical.tail)
        doc, end = chemical.span.doc, chemical.span.end
        for token in doc[end : end + self._cues.skip + 1]:
            word = fold(token.text)
            if word in self._lists["heads_after"] or word in self._lists["doses"]:
                return True
            if token.tag_.startswith(_BREAKS):
                return False
        return False

    def _cue_before(self, span: Span) -> bool:
        """*the antibiotic X*, *oral X*, *20 mg X*."""
        before = _at(span.doc, span.start - 1)
        if before is None:
            return False
        if before.text in {"(", ","}:  # a blocker, X; an antagonist (X)
            before = _at(span.doc, span.start - 2)
            return before is not None and fold(before.text) in self._lists["classes"]
        word = fold(before.text)
        return any(word in self._lists[name] for name in ("classes", "modifiers", "doses"))

    def _governed(self, token: Token) -> bool:
        """Whether the words that the mention depends on use it as a drug."""
        uses, lists = self._cues.uses, self._lists
        for _ in range(MAX_STEPS):
            head, dep = token.head, token.dep_
            lemma = head.lemma_.lower()
            if head.i == token.i:
                return False
            if dep in {"dobj", "nsubjpass"}:
                return lemma in uses["object" if dep == "dobj" else "passive"]
            if dep == "nsubj":
                return lemma in uses["subject"] or lemma in lists["classes"]
            if dep == "appos" and lemma in lists["classes"]:
                return True
            if dep.startswith("nmod"):
                if self._complement(token):
                    return True
                if lemma not in lists["carriers"]:
                    return False
            elif dep not in _UP:
                return False
            token = head
        return False

    def _complement(self, token: Token) -> bool:
        """Whether a preposition ties the token to a use: *treated with X*, *dose of X*."""
        head = token.head
        case = next((c.lower_ for c in token.children if c.dep_ == "case"), "")
        above = [head]
        if head.dep_ in {"dobj", "nsubjpass"}:  # "treated patients with X": of the verb as well
            above.append(head.head)
        if any(word.lemma_.lower() in self._cues.uses.get(case, ()) for word in above):
            return True
        named = case in {"as", "like", "including"} or any(c.lower_ == "such" for c in token.lefts)
        lemma = head.lemma_.lower()
        return (named and lemma in self._lists["classes"]) or (
            lemma in self._lists["effects"] and self._is_virtue(head)
        )

    def _is_virtue(self, noun: Token) -> bool:
        """*the protective effect*, *antitumour activity*."""
        return any(
            fold(child.text) in self._lists["virtues"] or child.lower_.startswith("anti")
            for child in noun.lefts
        )

    def _beside_drug(self, span: Span, drugs: set[int]) -> bool:
        """Joined by *and* with a drug, or in a list beside one: *X; heparin; Y*."""
        doc = span.doc
        beside = [*span.root.conjuncts]
        before, after = _at(doc, span.start - 1), _at(doc, span.end)
        if before is not None and after is not None and {before.text, after.text} <= _COMMAS:
            beside += [t for i in (span.start - 2, span.end + 1) if (t := _at(doc, i))]
        return any(other.i in drugs or self._known(other.text) for other in beside)


def _at(doc: Doc, i: int) -> Token | None:
    return doc[i] if 0 <= i < len(doc) else None


def _tokens(chemical: Chemical) -> range:
    return range(chemical.span.start, chemical.span.end)
