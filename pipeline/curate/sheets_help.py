"""What the second page of the workbook says."""

from __future__ import annotations

from pipeline.records import EFFECTS, FUNCTIONS, LABELS, SIGNATURES

HINT = (
    "accept: all of the row is right. reject: the sentence does not say it. unsure: it cannot be "
    "told. fix: the statement is there, but something is wrong in the row; open the columns new_… "
    'with the "+" above and write what is right. undo: take back what you decided earlier.'
)


def _signature(predicate: str) -> str:
    subjects, objects = ("/".join(sorted(labels)) for labels in SIGNATURES[predicate])
    return f"{predicate} ({subjects} → {objects})"


HELP = (
    ("What to do", "Read the sentence of a row, choose a decision in column A, save, and give the "
     "file to: pipeline review apply FILE FOLDER --curator NAME. Rows without a decision are left "
     "as they are. Sort, filter, hide and delete rows as you like, and move columns; do not change "
     "the names of columns and the grey cells, by which a row is known again."),
    ("accept", "All of the row is right: subject, predicate, object, effect, function, negated and "
     "hedged, by the sentence alone and not by what is known from elsewhere."),
    ("reject", "The sentence does not say this, or it says it of something else."),
    ("unsure", "It cannot be told. Say why in the note; the row then counts neither way."),
    ("fix", 'The sentence says it, but not so. Open the columns new_… with the "+" above column P '
     "and fill in only what is wrong; an empty cell means: as it stands."),
    ("undo", "Takes back what you decided about the row before. An empty cell takes nothing back."),
    ("note", "For people; kept with the decision."),
    ("new_predicate", "The right predicate: " + ", ".join(map(_signature, SIGNATURES)) + "."),
    ("swap", "true where the direction is wrong: the subject is the object. What you write for the "
     "subject then means the new subject."),
    ("new_subject, new_object", "The right words, as they stand in the sentence (without the "
     "brackets of the marks). If they stand there more than once, say which, counting from the "
     "left: IL-6 [2]."),
    ("new_subject_label, new_object_label", "What kind of thing it is: " + ", ".join(LABELS) + "."),
    ("new_subject_name, new_object_name", "The concept: for cytokines and receptors the HGNC "
     "symbol (IL6, TNF), else the usual name; any of its names and the identifier will do, and "
     "applying the sheet says what they became and what nobody knows. Left empty, it is looked up "
     "by the words."),
    ("new_effect", "The right effect: " + ", ".join(EFFECTS) + "."),
    ("new_function", "For ACTS_ON alone: " + ", ".join(FUNCTIONS) + "."),
    ("new_negated", "true where the sentence denies it (did not induce, failed to)."),
    ("new_hedged", "true where the sentence offers it as possible (may, suggests)."),
    ("decided", "What was decided about the row before this sheet was made."),
    ("sentence", "The words of the row stand in brackets: [subject: …], [object: …], "
     "[trigger: …] (the word that says it). A sentence that is too long for a cell ends in […]."),
    ("score", "The chance that the row is right, as the program sees it."),
    ("rule", "What joined the two; learned: the learned layer alone."),
    ("Grey columns", "relation_id is the key of the row. Offsets count characters. The sheet is "
     "not locked, because a locked sheet can be neither sorted nor filtered; what was changed by "
     "accident is noticed when the sheet is applied."),
    ("Saving", "As XLSX, or as CSV UTF-8. The plain CSV of Excel loses Greek letters."),
)  # fmt: skip
