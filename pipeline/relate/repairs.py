"""What parsers get wrong in a regular way, put right in the rebuilt tree.

Each repair changes lists with one entry a word in place: ``heads`` (index of the word above,
its own for a root), ``deps``, ``tags``; ``labels`` are those of mentions, empty for other words.
"""

from __future__ import annotations

_CLAUSES = frozenset({"ROOT", "ccomp", "advcl", "conj", "parataxis", "acl:relcl", "xcomp"})
_AUXILIARIES = frozenset({"am", "are", "'m", "'re", "'ve", "’m", "’re", "’ve"})
_PERSONS = {"women": "woman", "men": "man", "children": "child"}


def repair(
    words: list[str], labels: list[str], heads: list[int], deps: list[str], tags: list[str]
) -> None:
    """All repairs, in the order in which one may open the way for another."""
    _verbs_with_subject(words, heads, deps, tags)
    _statements(heads, deps, tags)
    _clauses(heads, deps, tags)
    _object_relatives(heads, deps, tags)
    _shared_prepositions(heads, deps)
    _shared_nouns(labels, heads, deps, tags)
    _verbs_by_object(labels, heads, deps, tags)


def _verbs_by_object(labels: list[str], heads: list[int], deps: list[str], tags: list[str]) -> None:
    """What has an object is a verb: taggers take *ixekizumab block IL-17* for nouns where
    the parser knows better."""
    for i, head in enumerate(heads):
        if deps[i] == "dobj" and head != i and not labels[head]:
            tags[head] = {"NN": "VBP", "NNS": "VBZ", "JJR": "VB"}.get(tags[head], tags[head])


def _verbs_with_subject(
    words: list[str], heads: list[int], deps: list[str], tags: list[str]
) -> None:
    """What has a subject, or "to" right before it, is no attribute: parsers take the verb
    of *IFN-γ raised CD80* and of *said to lower TNF* for one. The noun becomes its object."""
    for verb, noun in enumerate(heads):
        if deps[verb] != "amod" or verb > noun or not tags[verb].startswith("VB"):
            continue
        subject = any(heads[i] == verb and deps[i] == "nsubj" for i in range(verb))
        infinitive = tags[verb] == "VB" and verb > 0 and words[verb - 1].lower() == "to"
        infinitive = infinitive and heads[verb - 1] in {verb, noun}
        if not ((subject and deps[noun] in _CLAUSES) or infinitive):
            continue
        for i, head in enumerate(heads):
            ends = i > noun and (deps[i] == "punct" or tags[i].startswith("VB"))
            if head == noun and i not in {verb, noun} and (i < verb or ends):
                heads[i] = verb
        if infinitive:
            heads[verb - 1], deps[verb - 1] = verb, "mark"
        heads[verb] = verb if heads[noun] == noun else heads[noun]
        deps[verb] = "xcomp" if infinitive and deps[noun] == "nmod" else deps[noun]
        heads[noun], deps[noun] = verb, "dobj"
        if tags[verb] == "VBN":
            tags[verb] = "VBD"


def _statements(heads: list[int], deps: list[str], tags: list[str]) -> None:
    """*Emapalumab, an antibody, lowered CXCL9*: a finite verb with an object, below a noun
    that is the root, says what the noun does."""
    for verb, noun in enumerate(heads):
        if deps[verb] != "acl" or tags[verb] not in {"VBD", "VBZ", "VBP"}:
            continue
        if heads[noun] != noun or verb < noun or not tags[noun].startswith("NN"):
            continue
        if not any(heads[i] == verb and deps[i] == "dobj" for i in range(verb + 1, len(heads))):
            continue
        for i, head in enumerate(heads):
            if head == noun and i > verb:
                heads[i] = verb
        heads[noun], deps[noun] = verb, "nsubj"
        heads[verb], deps[verb] = verb, "ROOT"


def _clauses(heads: list[int], deps: list[str], tags: list[str]) -> None:
    """*X aggravates Y; Z is a cause of W*: a noun with its own subject and copula is no
    member of a list."""
    has: dict[str, set[int]] = {"nsubj": set(), "cop": set()}
    for i, dep in enumerate(deps):
        if dep in has:
            has[dep].add(heads[i])
    for i in has["nsubj"] & has["cop"]:
        if deps[i] == "conj" and tags[i].startswith("NN") and tags[heads[i]].startswith("VB"):
            deps[i] = "parataxis"


def _object_relatives(heads: list[int], deps: list[str], tags: list[str]) -> None:
    """*CXCL9, which IFN-γ induces*: of two subjects the pronoun is the object."""
    for i, verb in enumerate(heads):
        if deps[i] != "nsubj" or tags[i] != "WDT" or deps[verb] != "acl:relcl":
            continue
        rest = range(i + 1, len(heads))
        if any(heads[j] == verb and deps[j] == "nsubj" and j < verb for j in rest) and not any(
            heads[j] == verb and deps[j] == "dobj" for j in rest
        ):
            deps[i] = "dobj"


def _shared_prepositions(heads: list[int], deps: list[str]) -> None:
    """*during either mild or severe lupus*: the preposition is the noun's, not the
    adjective's."""
    joined = {heads[i] for i, dep in enumerate(deps) if dep == "cc"}
    for i, adjective in enumerate(heads):
        if deps[i] == "case" and i < adjective and deps[adjective] == "amod":
            noun = heads[adjective]
            if adjective in joined and adjective < noun:
                heads[i] = noun


def _shared_nouns(labels: list[str], heads: list[int], deps: list[str], tags: list[str]) -> None:
    """*IL-1 and TNF induction of IL-6*: both names stand before the noun that they share."""
    for a, label in enumerate(labels[:-3]):
        b = a + 2
        noun = heads[b]
        if not label or labels[b] != label or tags[a] == "NNS" or deps[a + 1] != "cc":
            continue
        if deps[b] != "compound" or noun <= b or labels[noun]:
            continue
        if heads[noun] != a or deps[noun] != "conj":
            continue
        for i, head in enumerate(heads):
            if head == a and (i > noun or (i < a and deps[i] != "compound")):
                heads[i] = noun
        heads[noun], deps[noun] = (noun if heads[a] == a else heads[a]), deps[a]
        heads[a], deps[a] = noun, "compound"
        heads[b], deps[b] = a, "conj"


def base_form(word: str, tag: str, lemma: str) -> str:
    """The base form of a verb is its own lemma (*to lower*: not *low*); *calms* is *calm*;
    plurals that lemmatisers leave as they are."""
    form = word.lower()
    if form in _PERSONS:
        return _PERSONS[form]
    if tag in {"VB", "VBP"} and form.isalpha() and form not in _AUXILIARIES:
        return form
    if tag == "VBZ" and lemma == form and form.endswith("s") and len(form) > 4:
        return form[:-1]
    return lemma
