// Why? opens in place: htmx brings the answer once, a second press folds it away. Without this file it is a page.
"use strict";

document.addEventListener("htmx:configRequest", (event) => {
  const link = event.target.closest("[data-why]");
  if (!link) return;
  const place = document.getElementById(link.getAttribute("aria-controls"));
  if (!place.hasChildNodes()) return;
  event.preventDefault();
  unfold(link, place, place.hidden);
});

document.addEventListener("htmx:afterSwap", (event) => {
  const link = document.querySelector(`[data-why][aria-controls="${event.target.id}"]`);
  if (link) unfold(link, event.target, true);
});

function unfold(link, place, open) {
  place.hidden = !open;
  link.setAttribute("aria-expanded", String(open));
}
