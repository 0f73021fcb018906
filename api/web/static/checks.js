// Comforts of sorting pictures out: names while they are typed, digits for the people suggested.
"use strict";

// What is found while a name is typed is the list of the face's own page, so that accents and spellings count as there.
for (const form of document.querySelectorAll("[data-typeahead]")) {
  const field = form.querySelector("[type=search]");
  const found = form.nextElementSibling;
  let waits = 0;
  let asked = 0;
  const look = async () => {
    const typed = field.value.trim();
    const turn = asked += 1;
    if (!typed) return found.replaceChildren();
    try {
      const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
      if (!answer.ok || turn !== asked) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const list = page.querySelector("form:has(.choices)");
      if (list) for (const item of [...list.querySelectorAll("li")].slice(8)) item.remove();
      const none = document.createElement("p");
      none.className = "small";
      none.textContent = "No person of that name was found.";
      found.replaceChildren(list ?? none);
    } catch {
      // The connection broke: the form itself still works.
    }
  };
  field.addEventListener("input", () => { clearTimeout(waits); waits = setTimeout(look, 180); });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown" || !found.querySelector("button")) return;
    event.preventDefault();
    found.querySelector("button").focus();
  });
  found.addEventListener("keydown", (event) => {
    const buttons = [...found.querySelectorAll("button")];
    const at = buttons.indexOf(document.activeElement);
    if (at < 0 || !["ArrowDown", "ArrowUp", "Escape"].includes(event.key)) return;
    event.preventDefault();
    const next = event.key === "Escape" ? field : buttons[at + (event.key === "ArrowDown" ? 1 : -1)] ?? field;
    next.focus();
  });
}

// A digit goes to a suggested person and never says it by itself: a stray key must name no child.
document.addEventListener("keydown", (event) => {
  const held = event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || event.repeat || event.isComposing;
  if (held || !/^[1-9]$/.test(event.key) || localStorage.getItem("keys") === "off") return;
  if (event.target.closest("input:not([type=radio]), select, textarea, [contenteditable]")) return;
  const groups = [...document.querySelectorAll("[data-suggested]")];
  const open = (group) => !group.querySelector(":checked");
  const group = groups.find((one) => one.contains(document.activeElement) && (open(one) || one.matches("form"))) ?? groups.find(open);
  const one = group?.querySelectorAll("button, input[type=radio]")[Number(event.key) - 1];
  if (!one) return;
  event.preventDefault();
  if (one.type === "radio") one.click();
  one.focus();
  one.closest("li")?.scrollIntoView({ block: "nearest" });
});

// A person is in a picture only once, and a face is one person: a list and the suggestions of a face do not both count.
for (const radio of document.querySelectorAll("[data-suggested] [type=radio]")) {
  const list = radio.closest(".naming-box")?.querySelector("select.naming");
  radio.addEventListener("change", () => { if (list) { list.value = ""; list.dispatchEvent(new Event("change")); } });
  list?.addEventListener("change", () => { if (list.value) radio.checked = false; });
}
