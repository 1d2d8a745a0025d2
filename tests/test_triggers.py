"""The word that states a learned relation, on trees made by hand."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hand_made import Block, block
from spacy.tokens import Doc

from pipeline.records import EFFECTS, PREDICATES
from pipeline.relate.cues import Cues
from pipeline.relate.learned import LEARNED, Triggers
from pipeline.relate.rules import Rule, RuleBook

Tree = Callable[..., Doc]


def rule(predicate: str, trigger: object) -> Rule:
    return Rule.model_construct(id="r", predicate=predicate, trigger={"LEMMA": trigger})


class TestTriggers:
    @pytest.fixture
    def triggers(self, cues: Cues) -> Triggers:
        rules = [
            rule("ACTS_ON", {"IN": ["treatment", "kill", "survival"]}),
            rule("BINDS", "dock"), rule("TREATS", {"REGEX": "x"}),
        ]  # fmt: skip
        return Triggers(RuleBook({}, rules, {}), cues)

    @pytest.fixture
    def way(self, tree: Tree, cues: Cues) -> Block:
        doc = tree(
            "treatment 3 nsubj NN", "with 2 case IN", "TNF 0 nmod NN", "kills 3 ROOT VBZ",
            "survival 3 dobj NN", "of 6 case IN", "neutrophils 4 nmod NNS",
        )  # fmt: skip
        return block(doc, cues, "TNF=y neutrophils=c")

    def test_the_top_comes_first(self, triggers: Triggers, way: Block) -> None:
        hit = triggers.hit(way.pair("TNF", "neutrophils"), "ACTS_ON", way.bound)
        assert way.bound.doc[hit.trigger].text == "kills"

    def test_a_word_of_the_predicates_rules_comes_before_the_top(
        self, triggers: Triggers, tree: Tree, cues: Cues
    ) -> None:
        doc = tree("IL-6 1 nsubjpass NN", "shown 1 ROOT VBN", "to 3 mark TO", "kill 1 xcomp VB",
                   "cells 3 dobj NNS")  # fmt: skip
        one = block(doc, cues, "IL-6=y cells=c")
        for predicate, expected in (("ACTS_ON", "kill"), ("BINDS", "shown")):
            hit = triggers.hit(one.pair("IL-6", "cells"), predicate, one.bound)
            assert one.bound.doc[hit.trigger].text == expected

    def test_what_the_hit_holds(self, triggers: Triggers, way: Block) -> None:
        hit = triggers.hit(way.pair("TNF", "neutrophils"), "ACTS_ON", way.bound)
        assert (hit.rule.id, hit.rule.predicate) == (LEARNED, "ACTS_ON")
        assert (hit.subject.mention, hit.object.mention) == (0, 1)
        assert (hit.subject_token, hit.object_token) == (2, 6)
        assert (hit.subject.carriers, hit.object.carriers) == ((0,), (4,))
        assert (hit.subject.sign, hit.object.sign) == (1, 1)

    def test_inverse_nouns_turn_the_sign(self, triggers: Triggers, tree: Tree, cues: Cues) -> None:
        doc = tree("blockade 3 nsubj NN", "of 2 case IN", "TNF 0 nmod NN", "kills 3 ROOT VBZ",
                   "cells 3 dobj NNS")  # fmt: skip
        one = block(doc, cues, "TNF=y cells=c")
        assert triggers.hit(one.pair("TNF", "cells"), "ACTS_ON", one.bound).subject.sign == -1

    def test_no_word_between(self, triggers: Triggers, tree: Tree, cues: Cues) -> None:
        doc = tree("cells 0 ROOT NNS", "with 2 case IN", "TNF 0 nmod NN")
        one = block(doc, cues, "cells=c TNF=y")
        hit = triggers.hit(one.pair("TNF", "cells"), "ACTS_ON", one.bound)
        assert hit.trigger == -1
        assert hit.subject.carriers == hit.object.carriers == ()

    def test_a_mention_on_the_way_is_no_trigger(
        self, triggers: Triggers, tree: Tree, cues: Cues
    ) -> None:
        doc = tree("IL-6 1 compound NN", "IL-6R 1 ROOT NN", "of 3 case IN", "cells 1 nmod NNS")
        one = block(doc, cues, "IL-6=y IL-6R=r cells=c")
        assert triggers.hit(one.pair("IL-6", "cells"), "ACTS_ON", one.bound).trigger == -1

    def test_every_predicate_can_be_read(self, triggers: Triggers, way: Block) -> None:
        for predicate in PREDICATES:
            hit = triggers.hit(way.pair("TNF", "neutrophils"), predicate, way.bound)
            assert way.attributes.effect(hit) in EFFECTS
            assert not way.attributes.negated(hit)
