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
