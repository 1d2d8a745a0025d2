// --- names as people write them: IL-6, IL6 and interleukin 6 are one -----------------

const GREEK = (
  "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho " +
  "sigma sigma tau upsilon phi chi psi omega"
).split(" ");

// Words of a name without case, accents and plural s, Greek letters spelled out. What holds
// neither letters nor digits is one word.
function plainWords(text) {
  const plain = text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[α-ω]/g, (letter) => GREEK[letter.charCodeAt(0) - 0x3b1])
    .replace(/interleukins?/g, "il")
    .replace(/interferons?/g, "ifn")
    .replace(/tumou?r[\s-]+necrosis[\s-]+factors?/g, "tnf");
  const found = plain.split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  const words = found.map((word) => (word.length > 3 ? word.replace(/s$/, "") : word));
  return words.length || !text.trim() ? words : [text.trim().toLowerCase()];
}

// The words of a name as one, from each of its words on: a search finds the beginning of any.
function plainEnds(text) {
  const words = plainWords(text);
  return words.map((_, at) => words.slice(at).join(""));
}

// Whether a name has the wanted words at the beginning of one of its own; "il1" is not in "il10".
function hasWords(ends, wanted) {
  const number = /\d$/.test(wanted);
  return ends.some((end) => end.startsWith(wanted) && !(number && /^\d/.test(end.slice(wanted.length))));
}

const LONGEST_NAME = 8; // words of a search that are tried as one name
const namesOf = []; // concept -> its name, its id and the other spellings of the texts
function endsOf(concept) {
  const names = () => [concepts.name[concept], concepts.id[concept], ...concepts.said[concept]];
  namesOf[concept] ??= names().map((at) => plainEnds(strings[at])).filter((ends) => ends.length);
  return namesOf[concept];
}

// Concepts that may be meant, the likeliest first: those of that name, then of that id
// or spelling, then those whose name begins with it, then those that hold it; of equals the one
// with the most facts.
function meant(text, among) {
  const wanted = plainWords(text).join("");
  if (!wanted) return [];
  const rank = (concept) => {
    const [name = [""], ...others] = endsOf(concept);
    if (name[0] === wanted) return 0;
    if (others.some((ends) => ends[0] === wanted)) return 1;
    if (hasWords(name.slice(0, 1), wanted)) return 2;
    if (endsOf(concept).some((ends) => hasWords(ends, wanted))) return 3;
    return name[0].startsWith(wanted) ? 4 : 9;
  };
  return among
    .map((concept) => [rank(concept), concept])
    .filter(([of]) => of < 9)
    .sort((a, b) => a[0] - b[0] || factsOf.get(b[1]).length - factsOf.get(a[1]).length)
    .map(([, concept]) => concept);
}

// A test of rows for the words of a search. As many words as some row has one after another are
// looked for as one name ("T cell" is not in "mast cell"); a word that begins no name is looked
// for within them.
function wordTest(text, n, namesOfRow) {
  const rows = [];
  const of = (row) => (rows[row] ??= namesOfRow(row));
  const tests = [];
  let words = plainWords(text);
  const holds = (part) => (row) => of(row).some((ends) => hasWords(ends, part));
  const within = (part) => (row) => of(row).some((ends) => ends[0].includes(part));
  while (words.length) {
    const most = Math.min(words.length, LONGEST_NAME);
    const sizes = range(most).map((at) => most - at);
    const found = sizes.find((size) => range(n).some(holds(words.slice(0, size).join(""))));
    const part = words.slice(0, found ?? 1).join("");
    tests.push(found ? holds(part) : within(part));
    words = words.slice(found ?? 1);
  }
  return (row) => tests.every((test) => test(row));
}
