"""Effect, function, negation and hedging of a hit, read off the tree around it.

What each is read from: ``effects``, ``functions``, ``negation``, ``hedging``; how far a word
reaches: ``scope``; the words: ``patterns/cues/attributes.yaml``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipeline.relate.cues import Cues
from pipeline.relate.effects import Effects
from pipeline.relate.engine import Hit
from pipeline.relate.functions import function_of
from pipeline.relate.hedging import Hedging
from pipeline.relate.negation import Negation
from pipeline.relate.words import Word


class Attributes:
    """Reads attributes in one bound doc. ``token_of`` (mention to token) lets it see a
    denial inside a list ("IL-2 but not IL-4")."""

    def __init__(
        self, words: Sequence[Word], cues: Cues, token_of: Mapping[int, int] | None = None
    ) -> None:
        self._words = words
        self._cues = cues
        self._effects = Effects(words, cues, token_of or {})
        self._negation = Negation(words, cues, token_of or {})
        self._hedging = Hedging(words, cues)

    def effect(self, hit: Hit) -> str:
        """positive, negative or unspecified, as the rule's ``effect`` says how to tell."""
        return self._effects.effect(hit)

    def signs(self, hit: Hit) -> str:
        """The words that raise (+) or lower (-) among what states the relation, in the order
        of the sentence: *deficiency(-) aggravated(+)*."""
        return self._effects.signs(hit)

    def function(self, hit: Hit) -> str:
        """What an ACTS_ON makes the cell do; empty for other predicates."""
        return function_of(hit, self._words, self._cues)

    def negated(self, hit: Hit) -> bool:
        """The sentence denies the relation."""
        return self._negation.negated(hit)

    def hedged(self, hit: Hit) -> bool:
        """The sentence offers the relation as possible, or asks for it."""
        return self._hedging.hedged(hit)
