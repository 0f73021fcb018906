// Comforts only: every page works without this file.
"use strict";

// Show the chosen picture, or say how many. Drawn on a canvas, so the page needs no leave for blob addresses.
for (const drop of document.querySelectorAll("[data-drop]")) {
  const input = drop.querySelector("input");
  const canvas = drop.querySelector("canvas");
  const hint = drop.querySelector("p");
  const most = Number(drop.dataset.most);
  const many = Number(drop.dataset.many);
  const complaint = (files) => {
    if (files.length > many) return `These are ${files.length} pictures. Send at most ${many} at once.`;
    const large = files.filter((file) => file.size > most).length;
    if (large && large === files.length) return large > 1 ? "These files are too large. Export them as smaller JPEGs." : "This file is too large. Export it as a smaller JPEG.";
    return "";
  };
  const show = async () => {
    const files = [...input.files];
    if (!files.length) return;
    input.setCustomValidity(complaint(files));
    const size = `${(files.reduce((sum, file) => sum + file.size, 0) / 1e6).toFixed(1)} MB`;
    const large = files.filter((file) => file.size > most).length;
    hint.textContent = `${files.length > 1 ? `${files.length} pictures` : files[0].name}, ${size}${large ? `: ${large > 1 ? large : "one"} too large` : ""}`;
    drop.classList.add("chosen");
    canvas.hidden = true;
    try {
      const bitmap = await createImageBitmap(files[0]);
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
  // Files that were pasted or just taken join those that were chosen.
  const join = (files) => {
    const all = new DataTransfer();
    for (const file of [...input.files, ...files]) all.items.add(file);
    input.files = all.files;
    show();
  };
  input.addEventListener("change", show);
  for (const name of ["dragenter", "dragover"]) drop.addEventListener(name, () => drop.classList.add("over"));
  for (const name of ["dragleave", "drop"]) drop.addEventListener(name, () => drop.classList.remove("over"));
  document.addEventListener("paste", (event) => {
    const files = [...event.clipboardData.files].filter((file) => file.type.startsWith("image/"));
    if (files.length) join(files);
  });
  const camera = document.querySelector("[data-camera]");
  if (matchMedia("(pointer: coarse)").matches) camera.hidden = false;
  camera.querySelector("input").addEventListener("change", (event) => join(event.target.files));
  show();

  // Many are sent one by one, so that each has its own progress and a broken connection loses one.
  const sending = document.querySelector("[data-sending]");
  input.form.addEventListener("submit", (event) => {
    if (input.files.length < 2) return;
    event.preventDefault();
    event.stopPropagation();
    send(input, sending, most).catch(() => { sending.querySelector("p").textContent = "The connection broke. Send the pictures again."; });
  });
}

async function send(input, sending, most) {
  const files = [...input.files];
  const form = input.form;
  const words = new FormData(form);
  words.delete("photo");
  const expected = new FormData();
  expected.set("expected", files.length);
  for (const file of files) expected.append("name", file.name);
  const begun = await fetch("/batches", { method: "POST", body: expected });
  if (!begun.ok) throw new Error("not begun");
  const address = begun.headers.get("Location");
  history.replaceState(null, "", address); // A reload leads to what has arrived.
  const [state, bar, list] = ["p", "progress", "ol"].map((name) => sending.querySelector(name));
  sending.hidden = false;
  for (const button of form.querySelectorAll("button")) button.disabled = true;
  bar.max = files.length;
  const items = files.map((file) => list.appendChild(document.createElement("li")));
  files.forEach((file, place) => { items[place].textContent = `${file.name}: waiting`; });
  sending.scrollIntoView({ block: "nearest" });
  let failed = 0;
  for (const [place, file] of files.entries()) {
    items[place].textContent = `${file.name}: being sent`;
    const said = file.size > most ? "too large" : await sent(address, words, file, place);
    failed += said !== "sent";
    items[place].textContent = `${file.name}: ${said}`;
    items[place].className = said === "sent" ? "" : "failed";
    bar.value = place + 1;
    state.textContent = `${place + 1} of ${files.length} sent${failed ? `, ${failed} could not be` : ""}.`;
  }
  location.assign(address);
}

async function sent(address, words, file, place) {
  const body = new FormData();
  for (const [name, value] of words) body.append(name, value);
  body.set("photo", file);
  body.set("place", place);
  try {
    let answer = await fetch(`${address}/pictures`, { method: "POST", body });
    for (let tries = 0; tries < 60 && (answer.status === 429 || answer.status === 503); tries += 1) {
      const seconds = Number(answer.headers.get("Retry-After")) || 10; // too much goes on just now
      await new Promise((done) => { setTimeout(done, 1000 * Math.min(seconds, 60)); });
      answer = await fetch(`${address}/pictures`, { method: "POST", body });
    }
    return answer.status === 201 ? "sent" : answer.status === 413 ? "too large" : "not taken";
  } catch {
    return "the connection broke";
  }
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

// A page that waits asks again by itself and changes in place, so that the reader keeps their place.
async function askAgain(main) {
  try {
    const answer = await fetch(location.href);
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("main");
    if (!answer.ok || answer.redirected || !fresh.dataset.again) return location.reload();
    if (fresh.innerHTML !== main.innerHTML) {
      const held = main.contains(document.activeElement) && document.activeElement.getAttribute("href");
      // What has not changed stays, so that its picture is not fetched again.
      for (const one of fresh.querySelectorAll("[data-kept]")) {
        const before = main.querySelector(`[data-kept="${CSS.escape(one.dataset.kept)}"]`);
        if (before?.outerHTML === one.outerHTML) one.replaceWith(before);
      }
      main.replaceChildren(...fresh.childNodes);
      main.dataset.again = fresh.dataset.again;
      if (held) main.querySelector(`a[href="${CSS.escape(held)}"]`)?.focus();
    }
  } catch {
    // The connection broke; the next time may do.
  }
  setTimeout(askAgain, main.dataset.again * 1000, main);
}
for (const main of document.querySelectorAll("main[data-again]")) setTimeout(askAgain, main.dataset.again * 1000, main);

// Without a clipboard, as on a plain http address, the words are selected and copied the old way.
async function copied(words) {
  try {
    await navigator.clipboard.writeText(words.textContent);
    return true;
  } catch {
    getSelection().selectAllChildren(words);
    return document.execCommand("copy"); // if not even that, they are selected at least
  }
}
for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  const said = button.textContent;
  button.addEventListener("click", async () => {
    button.textContent = (await copied(document.getElementById(button.dataset.copy))) ? "Copied" : "Selected: copy it now";
    setTimeout(() => { button.textContent = said; }, 2000);
  });
}

// The share sheet of a phone, with picture and caption; the audit notes that the picture was taken, as for a download.
// Some browsers open it only within moments of a tap: the picture is kept, and a second tap opens it.
for (const button of document.querySelectorAll("[data-share]")) {
  const probe = new File([""], "probe.jpg", { type: "image/jpeg" });
  if (!navigator.canShare?.({ files: [probe] }) || !matchMedia("(pointer: coarse)").matches) continue;
  button.hidden = false;
  button.nextElementSibling?.classList.remove("main"); // one main thing to do: the download is beside it
  const said = button.textContent;
  let ready = null;
  button.addEventListener("click", async () => {
    try {
      button.setAttribute("aria-busy", "true");
      if (!ready) {
        button.textContent = "Getting the picture…";
        const answer = await fetch(button.dataset.share);
        if (!answer.ok) return location.reload(); // the approval has ended; the page says so
        const data = await answer.blob();
        ready = new File([data], button.dataset.name, { type: data.type });
      }
      button.textContent = said;
      const text = document.getElementById(button.dataset.words)?.textContent;
      await navigator.share({ files: [ready], ...(text && { text }) });
      ready = null; // an approval may end: the next time asks again
    } catch (error) {
      if (error.name === "AbortError") { ready = null; return; }
      const again = error.name === "NotAllowedError" && ready;
      if (!again) ready = null;
      button.textContent = again ? "The picture is ready: tap again to share" : "It could not be shared. Download the picture instead.";
      setTimeout(() => { ready = null; button.textContent = said; }, again ? 30000 : 4000);
    } finally {
      button.removeAttribute("aria-busy");
    }
  });
}

// A person is in a picture only once: the one chosen for a face is not offered for the others.
const namings = [...document.querySelectorAll(".naming")];
const person = (option) => option.value.split(" ")[1];
const offer = () => {
  const chosen = new Map(namings.filter((one) => one.value).map((one) => [person(one.selectedOptions[0]), one]));
  for (const naming of namings) for (const option of naming.options) option.disabled = option.value && (chosen.get(person(option)) ?? naming) !== naming;
};
for (const naming of namings) naming.addEventListener("change", offer);

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

// Keys and swipes from one picture to the next. Keys rest in fields and beside other keys, and can be turned off.
const ways = [...document.querySelectorAll("[data-key]")];
const step = (key) => ways.find((way) => way.dataset.key === key)?.click();
if (ways.length) {
  const note = document.querySelector("[data-keys]");
  const [words, toggle] = [note.querySelector("span"), note.querySelector("button")];
  const said = words.textContent;
  let off = localStorage.getItem("keys") === "off";
  const show = () => {
    words.textContent = off ? "" : said;
    toggle.textContent = off ? "Turn keys on" : "Turn keys off";
  };
  note.hidden = !matchMedia("(any-pointer: fine)").matches;
  toggle.addEventListener("click", () => {
    off = !off;
    localStorage.setItem("keys", off ? "off" : "on");
    show();
  });
  show();
  document.addEventListener("keydown", (event) => {
    const held = event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || event.repeat || event.isComposing;
    if (off || held || event.target.closest("input, select, textarea, [contenteditable]")) return;
    step(event.key.toLowerCase());
  });
  for (const seen of document.querySelectorAll("[data-swipe]")) {
    let start = null;
    seen.addEventListener("touchstart", (event) => { start = event.touches.length === 1 ? event.touches[0] : null; }, { passive: true });
    seen.addEventListener("touchend", (event) => {
      const end = event.changedTouches[0];
      if (!start || event.touches.length || (visualViewport?.scale ?? 1) > 1.01) return;
      const [across, down] = [end.clientX - start.clientX, end.clientY - start.clientY];
      const edge = Math.min(start.clientX, innerWidth - start.clientX) < 24; // the browser's own gesture
      if (!edge && Math.abs(across) > 70 && Math.abs(across) > 2 * Math.abs(down)) step(across < 0 ? "j" : "k");
    }, { passive: true });
  }
}
