// --- all parts ------------------------------------------------------------------------

for (const part of document.querySelectorAll("[data-script]")) part.hidden = false;
if (N_FACTS) {
  network();
  heatMap();
  factTable();
}
contradictions();
conceptTable();
documentTable();
