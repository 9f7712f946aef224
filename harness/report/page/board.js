// Sorting the boards: the rows are in the page already, readable without any script.

function sortableBoards() {
  for (const table of document.querySelectorAll(".board table")) {
    for (const button of table.querySelectorAll("th button")) {
      button.addEventListener("click", () => sortBoard(table, button.closest("th")));
    }
  }
}

function sortBoard(table, head) {
  const column = [...head.parentNode.children].indexOf(head);
  const now = head.getAttribute("aria-sort");
  const ascending = now ? now === "descending" : head.dataset.first === "ascending";
  for (const other of head.parentNode.children) other.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", ascending ? "ascending" : "descending");
  const body = table.tBodies[0];
  const key = (row) => row.children[column].dataset.value ?? "";
  const text = head.classList.contains("name");
  const rows = [...body.rows].map((row, i) => ({ row, i, value: text ? key(row) : key(row) === "" ? null : Number(key(row)) }));
  rows.sort((x, y) => {
    if (x.value === null || y.value === null) return (x.value === null) - (y.value === null) || x.i - y.i;
    const order = text ? x.value.localeCompare(y.value) : x.value - y.value;
    return (ascending ? order : -order) || x.i - y.i;
  });
  body.replaceChildren(...rows.map(({ row }) => row));
}
