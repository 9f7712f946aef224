
"use strict";
(() => {
  const bar = document.querySelector(".bar");
  const rows = Array.from(document.querySelectorAll("article"));
  const texts = rows.map((row) => row.textContent.toLowerCase());
  const find = bar.elements.find;
  let current = null;
  const shown = () => rows.filter((row) => !row.hidden);

  function apply() {
    const show = bar.elements.show.value;
    const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    rows.forEach((row, i) => {
      const fits = show === "all" || row.classList.contains(show);
      row.hidden = !(fits && words.every((word) => texts[i].includes(word)));
      count += row.hidden ? 0 : 1;
    });
    bar.elements.count.value = count === rows.length ? `${count} pairs` : `${count} of ${rows.length} pairs`;
  }

  function step(direction) {
    const list = shown().filter((row) => row.classList.contains("look"));
    if (!list.length) {
      bar.elements.count.value = "nothing here needs a look";
      return;
    }
    const all = shown();
    const here = all.indexOf(current);
    const at = here >= 0 ? here : direction > 0 ? -1 : all.length;
    const next = direction > 0
      ? list.find((row) => all.indexOf(row) > at) || list[0]
      : list.slice().reverse().find((row) => all.indexOf(row) < at) || list[list.length - 1];
    current = next;
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: "center" });
  }

  bar.hidden = false;
  bar.addEventListener("input", apply);
  bar.addEventListener("submit", (event) => event.preventDefault());
  bar.elements.next.addEventListener("click", () => step(1));
  bar.elements.back.addEventListener("click", () => step(-1));
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const typing = event.target === find;
    if (event.key === "Escape" && typing) { find.value = ""; apply(); find.blur(); return; }
    if (typing) return;
    if (event.key === "/") { event.preventDefault(); find.focus(); }
    if (event.key === "n") step(1);
    if (event.key === "p") step(-1);
  });
  apply();
})();
