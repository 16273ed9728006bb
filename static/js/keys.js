// Keyboard shortcuts of the workbench: / search, j k move through the rows, o open. They can be switched off in the
// footer (then this file is not loaded) and never act while the reader is typing.
(function () {
  "use strict";

  let current = -1;

  function rows() {
    return Array.from(document.querySelectorAll("main [data-row]"));
  }

  function isTyping(target) {
    return target.closest("input, select, textarea, [contenteditable='true']") !== null;
  }

  function move(step) {
    const all = rows();
    if (all.length === 0) return;
    const holder = all.findIndex((row) => row.contains(document.activeElement));
    current = Math.max(0, Math.min(all.length - 1, (holder >= 0 ? holder : current) + step));
    all.forEach((row, index) => row.classList.toggle("is-current", index === current));
    const link = all[current].querySelector("a, button");
    if (link) link.focus();
    else all[current].scrollIntoView({ block: "nearest" });
  }

  function open() {
    const link = current >= 0 && rows()[current] && rows()[current].querySelector("a");
    if (link) link.click();
  }

  function search() {
    const box = document.querySelector("main input[type=search]");
    if (box) box.focus();
    return Boolean(box);
  }

  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isTyping(event.target)) return;
    if (event.key === "/" && search()) event.preventDefault();
    else if (event.key === "j") move(1);
    else if (event.key === "k") move(-1);
    else if (event.key === "o") open();
  });
})();
