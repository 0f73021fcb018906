// Comforts only: every page works without this file.
"use strict";

// Show the chosen picture. Drawn on a canvas, so the page needs no leave for blob addresses.
for (const drop of document.querySelectorAll("[data-drop]")) {
  const input = drop.querySelector("input");
  const canvas = drop.querySelector("canvas");
  const hint = drop.querySelector("p");
  const show = async () => {
    const file = input.files[0];
    if (!file) return;
    const tooLarge = file.size > Number(drop.dataset.most);
    input.setCustomValidity(tooLarge ? "This file is too large. Export it as a smaller JPEG." : "");
    hint.textContent = `${file.name}, ${(file.size / 1e6).toFixed(1)} MB${tooLarge ? ": too large" : ""}`;
    drop.classList.add("chosen");
    try {
      const bitmap = await createImageBitmap(file);
      const scale = Math.min(1, 800 / bitmap.width, 480 / bitmap.height);
      canvas.width = Math.round(bitmap.width * scale);
      canvas.height = Math.round(bitmap.height * scale);
      canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
      canvas.hidden = false;
      bitmap.close();
    } catch {
      canvas.hidden = true; // A kind that this browser cannot show, such as HEIC.
    }
  };
  input.addEventListener("change", show);
  for (const name of ["dragenter", "dragover"]) drop.addEventListener(name, () => drop.classList.add("over"));
  for (const name of ["dragleave", "drop"]) drop.addEventListener(name, () => drop.classList.remove("over"));
  show();
}

// Say that something is happening, and take a form only once.
document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (!button || event.target.method !== "post") return;
  if (event.target.dataset.sent) return event.preventDefault();
  event.target.dataset.sent = "yes";
  button.setAttribute("aria-busy", "true");
  if (button.dataset.busy) button.textContent = button.dataset.busy;
});
window.addEventListener("pageshow", (event) => event.persisted && location.reload());

for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = "Copy"; }, 2000);
  });
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

// Close the menu when something else is clicked, or by Escape.
for (const menu of document.querySelectorAll(".menu")) {
  document.addEventListener("click", (event) => { if (!menu.contains(event.target)) menu.open = false; });
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
}

// Draw a rectangle on the picture instead of typing its edges.
for (const area of document.querySelectorAll("[data-area]")) {
  const ruler = area.querySelector(".ruler");
  const chosen = ruler.querySelector(".chosen");
  const inputs = ["left", "top", "right", "bottom"].map((name) => document.querySelector(`.edges [name=${name}]`));
  const show = () => {
    const { width, height } = ruler.viewBox.baseVal;
    const [left, top, right, bottom] = inputs.map((input) => Number(input.value));
    const shown = right > left && bottom > top && (right - left < 100 || bottom - top < 100);
    chosen.setAttribute("visibility", shown ? "visible" : "hidden");
    if (!shown) return;
    const sides = { x: left * width, y: top * height, width: (right - left) * width, height: (bottom - top) * height };
    for (const [name, value] of Object.entries(sides)) chosen.setAttribute(name, value / 100);
  };
  let start = null;
  const at = (event) => {
    const box = ruler.getBoundingClientRect();
    const share = (place, from, size) => Math.min(100, Math.max(0, ((place - from) / size) * 100));
    return [share(event.clientX, box.left, box.width), share(event.clientY, box.top, box.height)];
  };
  const draw = (event) => {
    if (!start) return;
    const end = at(event);
    const edges = [0, 1].map((side) => Math.min(start[side], end[side]));
    edges.push(...[0, 1].map((side) => Math.max(start[side], end[side])));
    inputs.forEach((input, place) => { input.value = edges[place].toFixed(1); });
    show();
  };
  ruler.classList.add("drawn");
  for (const hint of document.querySelectorAll("[data-with-script]")) hint.hidden = false;
  ruler.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    ruler.setPointerCapture(event.pointerId);
    start = at(event);
  });
  ruler.addEventListener("pointermove", draw);
  for (const name of ["pointerup", "pointercancel"]) ruler.addEventListener(name, () => { start = null; });
  for (const input of inputs) input.addEventListener("input", show);
  show();
}
