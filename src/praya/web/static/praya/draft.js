// A form that saves itself: form[data-draft] goes to that address a moment after typing. Until the
// server has it, what was typed is kept in this browser, so that nothing is lost with the
// connection, the session or the window. The answers: 200 with a new revision, 401 when signed out,
// 409 when another window changed the same page; each with its words.
"use strict";

for (const form of document.querySelectorAll("form[data-draft]")) {
  const place = form.querySelector("[data-draft-state]");
  const revision = form.querySelector("[name=revision]");
  const key = `praya-draft:${form.dataset.draft}`;
  const WAIT_MS = 1000;
  const AGAIN_MS = 15000;
  let waiting = 0;
  let running = false;
  let dirty = false;
  let submitter = null;

  const say = (words, link) => {
    place.textContent = words;
    if (!link) return;
    const anchor = document.createElement("a");
    anchor.href = link;
    anchor.target = "_blank";
    anchor.rel = "noopener";
    anchor.textContent = form.dataset.signIn;
    place.append(" ", anchor);
  };

  const typed = () => {
    const data = new FormData(form);
    data.delete("csrfmiddlewaretoken");
    return [...data.entries()].filter(([, value]) => typeof value === "string");
  };

  const keep = () => {
    try { localStorage.setItem(key, JSON.stringify(typed())); } catch { /* no room: the server has it soon */ }
  };

  const cookie = (name) => document.cookie.split("; ")
    .map((each) => each.split("=")).find(([found]) => found === name)?.[1] || "";

  const save = async () => {
    if (running) { dirty = true; return; }
    running = true;
    dirty = false;
    say(form.dataset.saving);
    const body = new URLSearchParams(typed());
    try {
      const answer = await fetch(form.dataset.draft, {
        method: "POST",
        body,
        // Signing in elsewhere changes the token; the cookie always has the one that counts.
        headers: { "X-CSRFToken": cookie("csrftoken"), "X-Autosave": "1" },
      });
      const told = (answer.headers.get("content-type") || "").includes("json") ? await answer.json() : {};
      if (answer.ok && told.revision !== undefined) {
        revision.value = told.revision;
        if (!dirty) localStorage.removeItem(key);
        for (const [name, words] of Object.entries(told.sums || {})) {
          const sum = form.querySelector(`[data-sum="${name}"]`);
          if (sum) sum.textContent = words || "–";
        }
        say(told.words);
      } else {
        say(told.words || form.dataset.notSaved, told.sign_in);
        if (answer.status !== 409) again();
      }
    } catch {
      say(form.dataset.notSaved);
      again();
    }
    running = false;
    if (submitter) form.requestSubmit(submitter);
    else if (dirty) save();
  };

  const again = () => {
    clearTimeout(waiting);
    waiting = setTimeout(save, AGAIN_MS);
  };

  // What was kept and never saved is put back into the form, under the revision it began with.
  const putBack = () => {
    let kept = null;
    try { kept = JSON.parse(localStorage.getItem(key)); } catch { /* unreadable: as if nothing were kept */ }
    if (!Array.isArray(kept)) return;
    const values = new Map();
    for (const [name, value] of kept) values.set(name, [...(values.get(name) || []), value]);
    let differs = false;
    for (const control of form.elements) {
      if (!control.name || control.type === "submit" || control.type === "hidden") continue;
      const given = values.get(control.name) || [];
      if (control.type === "checkbox" || control.type === "radio") {
        const checked = given.includes(control.value);
        differs = differs || control.checked !== checked;
        control.checked = checked;
      } else if (given.length && control.value !== given[0]) {
        differs = true;
        control.value = given[0];
      }
    }
    if (!differs) { localStorage.removeItem(key); return; }
    revision.value = values.get("revision")?.[0] || revision.value;
    say(form.dataset.putBack);
    again();
  };

  form.addEventListener("input", () => {
    keep();
    clearTimeout(waiting);
    waiting = setTimeout(save, WAIT_MS);
  });
  // A save on its way is waited for: its answer carries the revision that the form needs.
  form.addEventListener("submit", (event) => {
    clearTimeout(waiting);
    if (!running) return;
    event.preventDefault();
    submitter = event.submitter;
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible" && localStorage.getItem(key)) save();
  });
  putBack();
}
