// What was typed and not yet sent is not lost: kept in this browser, form by form (data-keep="name"), and filled in
// again when the page opens. Forgotten when the server says that it took the form (cookie saime_sent), when somebody
// else has logged in, and after a day. Never passwords, never hidden fields, never what says data-keep-never.
"use strict";

const KEPT = "saime-keep:";
const DAY = 24 * 60 * 60 * 1000;

function keptFields(form) {
  return [...form.elements].filter((field) => field.name && !("keepNever" in field.dataset)
    && !["hidden", "password", "submit", "button", "file", "reset"].includes(field.type));
}

function ownerOf(form) {
  return form.querySelector("[data-keep-owner]")?.dataset.keepOwner ?? "";
}

function keepForm(form) {
  const fields = keptFields(form).map((field) => (
    ["checkbox", "radio"].includes(field.type) ? [field.name, field.value, field.checked] : [field.name, field.value]));
  localStorage.setItem(KEPT + form.dataset.keep, JSON.stringify({ at: Date.now(), owner: ownerOf(form), fields }));
}

function read(name) {
  try {
    return JSON.parse(localStorage.getItem(KEPT + name));
  } catch {
    return null;
  }
}

function fillField(form, [name, value, checked]) {
  let changed = false;
  for (const field of keptFields(form).filter((one) => one.name === name)) {
    if (checked === undefined) {
      // What the server has put there is newer than what this browser remembers.
      if (field.value !== "" || value === "") continue;
      field.value = value;
    } else if (field.value === value && field.checked !== checked) field.checked = checked;
    else continue;
    changed = true;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  return changed;
}

function restore(form) {
  const kept = read(form.dataset.keep);
  if (!kept) return;
  if (kept.owner !== ownerOf(form) || Date.now() - kept.at > DAY) {
    localStorage.removeItem(KEPT + form.dataset.keep);
    return;
  }
  const changed = kept.fields.map((field) => fillField(form, field)).some(Boolean);
  const note = form.querySelector("[data-keep-note]");
  if (changed && note) note.hidden = false;
}

function forgetSent() {
  const sent = document.cookie.split("; ").find((cookie) => cookie.startsWith("saime_sent="));
  if (!sent) return;
  localStorage.removeItem(KEPT + decodeURIComponent(sent.slice("saime_sent=".length)));
  document.cookie = "saime_sent=; path=/; max-age=0; samesite=lax";
}

function begin() {
  forgetSent();
  for (const form of document.querySelectorAll("form[data-keep]")) {
    restore(form);
    form.addEventListener("input", () => keepForm(form));
  }
}

// After every other script: a dial that is filled in again must already be listening.
document.addEventListener("DOMContentLoaded", begin);
document.addEventListener("htmx:afterRequest", forgetSent);
document.addEventListener("submit", (event) => {
  // Logging out on a shared device leaves nothing behind.
  if (event.target.matches("form[data-forget]")) {
    Object.keys(localStorage).filter((key) => key.startsWith(KEPT)).forEach((key) => localStorage.removeItem(key));
  }
});
