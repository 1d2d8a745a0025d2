// --- how the network looks ---------------------------------------------------------------

const SHAPES = {
  CYTOKINE: "ellipse", RECEPTOR: "diamond", CELL: "round-rectangle", DISEASE: "triangle", DRUG: "pentagon",
};
const ARROWS = { positive: "triangle", negative: "tee", unspecified: "circle" };

const FONT = getComputedStyle(document.body).fontFamily;

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

// The style of the drawing, in the colours that the page has just now.
function drawing() {
  const edge = (effect) => ({
    selector: `edge.${effect}`,
    style: {
      "line-color": colour(effect),
      "target-arrow-color": colour(effect),
      "target-arrow-shape": ARROWS[effect],
    },
  });
  return [
    {
      selector: "node",
      style: {
        width: 26, height: 26, label: "data(name)", "font-size": 13, color: colour("ink"),
        "font-family": FONT, "text-valign": "bottom", "text-margin-y": 3, "text-wrap": "wrap", "text-max-width": 115,
        "text-outline-color": colour("paper"), "text-outline-width": 2.5,
        "border-width": 1.5, "border-color": colour("ink"), "min-zoomed-font-size": 5,
      },
    },
    ...data.labels.map((label) => ({
      selector: `node.${label}`,
      style: { shape: SHAPES[label], "background-color": colour(label) },
    })),
    {
      selector: "edge",
      style: {
        width: "data(width)", "curve-style": "bezier", "arrow-scale": 1.1, opacity: 0.8,
        "font-size": 10, color: colour("ink"), "text-rotation": "autorotate",
        "text-background-color": colour("paper"), "text-background-padding": 1, "min-zoomed-font-size": 5, label: "data(name)",
        "font-family": FONT, "text-opacity": 0, "text-background-opacity": 0,
      },
    },
    ...data.effects.map(edge),
    {
      selector: "edge.denied, edge.hedged, edge.contradicted",
      style: { label: "data(sign)", "font-size": 19, "font-weight": "bold", "text-opacity": 1, "text-rotation": 0 },
    },
    { selector: "edge.denied", style: { "line-style": "dotted" } },
    { selector: "edge.hedged", style: { "line-style": "dashed", "line-dash-pattern": [10, 4, 2, 4] } },
    { selector: "edge.contradicted", style: { "line-style": "dashed", "line-dash-pattern": [9, 4] } },
    {
      selector: "edge.named, edge.picked, edge.near",
      style: {
        label: "data(name)", "font-size": 10, "font-weight": "normal", "text-opacity": 1,
        "text-background-opacity": 0.85, "text-rotation": "autorotate",
      },
    },
    { selector: ".far", style: { opacity: 0.15 } },
    { selector: "node.picked", style: { "border-width": 5, "border-color": colour("accent") } },
    { selector: "edge.picked", style: { opacity: 1, "overlay-color": colour("accent"), "overlay-opacity": 0.25 } },
  ];
}

// The neighbours around the concept, the best supported nearest, on rings with room for names.
function rings(shown, centre, tall) {
  const [across, down] = tall ? [95, 110] : [165, 92];
  const places = new Map([[`c${centre}`, { x: 0, y: 0 }]]);
  const others = shown.flatMap((fact) => [facts.subject[fact], facts.object[fact]]);
  const left = [...new Set(others)].filter((one) => one !== centre);
  for (let ring = 1; left.length; ring += 1) {
    const [width, height] = [across * ring, down * ring];
    const around = 2 * Math.PI * Math.sqrt((width ** 2 + height ** 2) / 2);
    const here = left.splice(0, Math.floor(around / 112));
    here.sort((a, b) => concepts.label[a] - concepts.label[b]); // of one label side by side
    here.forEach((one, at) => {
      const angle = (2 * Math.PI * (at + (ring % 2) / 2)) / here.length - Math.PI / 2;
      places.set(`c${one}`, { x: width * Math.cos(angle), y: height * Math.sin(angle) });
    });
  }
  return (node) => places.get(node.id());
}
