// What pages do beyond plain HTML. Everything works without it.
"use strict";

// Menus close when the reader goes elsewhere.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// The theme changes at once; the server keeps it in a cookie.
document.addEventListener("submit", (event) => {
  const form = event.target.closest("[data-theme-form]");
  if (!form || !event.submitter) return;
  event.preventDefault();
  const theme = event.submitter.value;
  document.documentElement.dataset.bsTheme = theme;
  for (const button of form.querySelectorAll("button[name=theme]")) {
    button.setAttribute("aria-pressed", String(button.value === theme));
  }
  const data = new FormData(form);
  data.set("theme", theme);
  fetch(form.action, { method: "POST", body: data, redirect: "manual" });
});

// A form is sent once: the second click of a double click does nothing.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  tellPage(form);
});
// After Back a browser may load the page anew, with another token: a form says from which page of
// the reader's history it is sent, so that the same one sent again is known (web/once.py).
function tellPage(form) {
  const token = form.querySelector("[name=csrfmiddlewaretoken]");
  if (!token) return;
  const page = history.state?.page || token.value;
  history.replaceState({ ...history.state, page }, "");
  const field = form.querySelector("[name=sent_from]") || document.createElement("input");
  Object.assign(field, { type: "hidden", name: "sent_from", value: page });
  form.append(field);
}
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// data-confirm="…" on a form or button asks before it is sent.
document.addEventListener("click", (event) => {
  const asked = event.target.closest("[data-confirm]");
  if (!asked || asked.dataset.confirmed) return;
  event.preventDefault();
  const dialog = document.createElement("dialog");
  dialog.className = "confirm";
  const words = document.createElement("p");
  words.textContent = asked.dataset.confirm;
  const row = document.createElement("div");
  row.className = "form-actions";
  const yes = document.createElement("button");
  yes.className = "btn btn-primary";
  yes.textContent = asked.dataset.confirmYes || asked.textContent.trim();
  const no = document.createElement("button");
  no.className = "btn btn-plain";
  no.textContent = document.body.dataset.wordCancel;
  row.append(yes, no);
  dialog.append(words, row);
  dialog.setAttribute("aria-label", asked.dataset.confirm);
  document.body.append(dialog);
  no.addEventListener("click", () => dialog.close());
  yes.addEventListener("click", () => {
    dialog.close();
    asked.dataset.confirmed = "yes";
    asked.click();
    delete asked.dataset.confirmed;
  });
  dialog.addEventListener("close", () => dialog.remove());
  dialog.showModal();
});

// data-autosave on a form: what is typed is sent to its address a moment later. The words for
// each state are the form's own data-saving, data-saved and data-not-saved; the place for them
// is [data-autosave-state]. The answer may carry a new revision for the hidden field of that name.
for (const form of document.querySelectorAll("form[data-autosave]")) {
  const place = form.querySelector("[data-autosave-state]");
  const say = (words) => { if (place) place.textContent = words; };
  let waiting = 0;
  let running = false;
  let dirty = false;
  let submitter = null;
  const save = async () => {
    if (running) { dirty = true; return; }
    running = true;
    dirty = false;
    say(form.dataset.saving);
    try {
      const answer = await fetch(form.dataset.autosave, {
        method: "POST", body: new FormData(form), headers: { "X-Autosave": "1" },
      });
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      const told = await answer.json();
      const revision = form.querySelector("[name=revision]");
      if (revision && told.revision !== undefined) revision.value = told.revision;
      say(told.words || form.dataset.saved);
    } catch {
      say(form.dataset.notSaved);
    }
    running = false;
    if (submitter) form.requestSubmit(submitter);
    else if (dirty) save();
  };
  form.addEventListener("input", (event) => {
    if (event.target.type === "file") return;
    clearTimeout(waiting);
    waiting = setTimeout(save, 1200);
  });
  // A save under way answers with the revision that sending needs, so sending waits for it.
  form.addEventListener("submit", (event) => {
    clearTimeout(waiting);
    if (!running) return;
    event.preventDefault();
    submitter = event.submitter;
  });
}

// data-copy="#id" copies the text of that element.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  navigator.clipboard.writeText(document.querySelector(button.dataset.copy).textContent.trim())
    .then(() => { button.textContent = button.dataset.copied; });
});

// The summary of errors is read first.
const errors = document.querySelector("[data-error-summary]");
if (errors) errors.focus();
