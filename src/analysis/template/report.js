"use strict";
for (const table of document.querySelectorAll("main table")) {
  const body = table.tBodies[0], rows = [...body.rows];
  if (3 > rows.length) continue;
  if (rows.length > 9) {
    const label = document.createElement("label"), find = document.createElement("input");
    find.type = "search";
    find.oninput = () => rows.forEach(row => row.hidden = !row.textContent.toLowerCase().includes(find.value.toLowerCase()));
    label.append("Only rows with ", find);
    table.parentElement.before(label);
  }
  for (const head of table.tHead ? table.tHead.rows[0].cells : []) {
    const button = document.createElement("button"), place = head.cellIndex;
    button.append(...head.childNodes);
    head.append(button);
    button.onclick = () => {
      const down = head.ariaSort == "ascending", key = row => row.cells[place].textContent;
      const number = text => text == "–" ? -Infinity : parseFloat(text.replace(/[^\d.-]/g, ""));
      const order = (a, b) => head.className == "number" ? number(key(a)) - number(key(b)) : key(a).localeCompare(key(b));
      for (const cell of head.parentElement.cells) cell.removeAttribute("aria-sort");
      head.ariaSort = down ? "descending" : "ascending";
      body.append(...rows.sort((a, b) => down ? order(b, a) : order(a, b)));
    };
  }
}
