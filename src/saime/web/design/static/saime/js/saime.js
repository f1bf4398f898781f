// Small helpers of every page. Everything works without them; nothing here knows about a particular page.
"use strict";

document.documentElement.classList.add("js");

// Theme: kept in a cookie, so that the server draws the page right at once.
function chooseTheme(theme) {
  document.cookie = `saime_theme=${theme}; path=/; max-age=31536000; samesite=lax`;
  if (theme === "auto") document.documentElement.removeAttribute("data-theme");
  else document.documentElement.dataset.theme = theme;
  for (const button of document.querySelectorAll("[data-theme-switch] button")) {
    button.setAttribute("aria-pressed", String(button.value === theme));
  }
}

// Copy: says that it did, then returns to its own word.
async function copyText(button) {
  const label = button.querySelector("[data-copy-label]");
  const word = label.textContent;
  await navigator.clipboard.writeText(button.dataset.copy);
  label.textContent = button.dataset.copied;
  setTimeout(() => { label.textContent = word; }, 2000);
}

function revealPassword(button) {
  const input = document.getElementById(button.dataset.reveal);
  const shown = input.type === "text";
  input.type = shown ? "password" : "text";
  button.setAttribute("aria-pressed", String(!shown));
}

// Toasts: from the server's HX-Trigger {"saime:toast": {"text": "…"}}, or saime.toast("…").
function toast(text) {
  const region = document.getElementById("toasts");
  const box = document.createElement("div");
  box.className = "toast";
  box.append(Object.assign(document.createElement("span"), { textContent: text }));
  const close = Object.assign(document.createElement("button"), { type: "button", className: "toast-close" });
  close.setAttribute("aria-label", region.dataset.closeLabel);
  close.innerHTML = `<svg class="icon" aria-hidden="true"><use href="${region.dataset.closeIcon}"/></svg>`;
  box.append(close);
  region.append(box);
  setTimeout(() => box.remove(), 8000);
}

// Browsers that do not know popovers yet.
function explain(button) {
  if (!("popover" in HTMLElement.prototype)) {
    document.getElementById(button.getAttribute("popovertarget")).classList.toggle("explanation-open");
  }
}

// An open menu closes at Escape, at a touch elsewhere, and when the focus leaves it.
function closeMenus(except) {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (!menu.contains(except)) menu.open = false;
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  closeMenus(event.target);
  if (!button) return;
  if (button.closest("[data-theme-switch]")) chooseTheme(button.value);
  else if ("copy" in button.dataset) copyText(button);
  else if ("reveal" in button.dataset) revealPassword(button);
  else if (button.hasAttribute("popovertarget")) explain(button);
  else if (button.matches(".toast-close")) button.closest(".toast").remove();
});

document.addEventListener("focusin", (event) => closeMenus(event.target));

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const open = document.activeElement.closest("details[data-menu][open]");
  closeMenus(null);
  if (open) open.querySelector("summary").focus();
});

document.addEventListener("saime:toast", (event) => toast(event.detail.text));

// A page that came back with errors starts at their summary; one press does not send a form twice.
document.addEventListener("DOMContentLoaded", () => document.querySelector("[data-focus]")?.focus());

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
  setTimeout(() => { delete form.dataset.sent; }, 10000);
});

window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

window.saime = { toast };
