// Menus are <details>: they open and close without script. Here they also close on Escape and on a press outside.

const OPEN = "details.menu[open]";

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const open = document.activeElement?.closest(OPEN) ?? document.querySelector(OPEN);
  if (!open) return;
  const held = open.contains(document.activeElement);
  open.open = false;
  if (held) open.querySelector("summary")?.focus();
});

document.addEventListener("pointerdown", (event) => {
  for (const menu of document.querySelectorAll(OPEN)) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("focusin", (event) => {
  for (const menu of document.querySelectorAll(OPEN)) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
