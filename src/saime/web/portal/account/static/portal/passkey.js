// Passkeys. A form with data-passkey="login|get|create" asks the device, then sends what it answered.
"use strict";

async function optionsOf(form) {
  if (form.dataset.passkey !== "login") return JSON.parse(form.dataset.options);
  const response = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (!response.ok) throw new Error("no options");
  return (await response.json()).request_options;
}

function creation(form, options) {
  const alone = form.elements.passwordless?.checked ?? false;
  const selection = options.publicKey.authenticatorSelection;
  selection.residentKey = alone ? "required" : "discouraged";
  selection.requireResidentKey = alone;
  if (alone) selection.userVerification = "required";
  return options;
}

async function ask(form) {
  const failed = form.querySelector("[data-passkey-error]");
  failed.hidden = true;
  try {
    const options = await optionsOf(form);
    const answer = form.dataset.passkey === "create"
      ? await window.webauthnJSON.create(creation(form, options))
      : await window.webauthnJSON.get(options);
    form.elements.credential.value = JSON.stringify(answer);
    form.submit();
  } catch {
    failed.hidden = false;
  }
}

if (window.PublicKeyCredential) {
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    form.querySelector("button[type=button]:not([data-reveal])").addEventListener("click", () => ask(form));
  }
}
