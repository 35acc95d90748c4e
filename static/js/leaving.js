// On every page of somebody who is signed in: answers that are still kept here are sent, and before signing out
// they are sent and then wiped. Loads the rest only when something is kept.

function anything() {
  try {
    return Object.keys(localStorage).some((name) => name.startsWith("jalon:kept:"));
  } catch {
    return false;
  }
}

function tell(template, text, url) {
  const notice = template.content.cloneNode(true).firstElementChild;
  notice.querySelector("[data-kept-text]").textContent = template.dataset[text];
  const link = notice.querySelector("a");
  if (url) link.href = url;
  else link.remove();
  document.querySelector("main")?.prepend(notice);
}

async function sendWhatIsKept() {
  const template = document.querySelector("template[data-kept]");
  if (!template || !anything() || document.querySelector("form[data-autosave]")) return;
  const { sendAll } = await import("./kept.js");
  const { sent, conflict, kept } = await sendAll();
  const reads = document.querySelector("[data-reads-answers]");
  if (sent.length && !conflict.length && !kept.length && reads) location.reload();
  else if (conflict.length) tell(template, "conflict", conflict[0].url);
  else if (kept.length) tell(template, "waiting", kept[0].url);
  else if (sent.length) tell(template, "sent");
}

async function leave(form) {
  const { copies, sendAll, wipe } = await import("./kept.js");
  const waiting = [];
  for (const page of document.querySelectorAll("form[data-autosave]")) {
    page.dispatchEvent(new CustomEvent("jalon:leave", { detail: waiting }));
  }
  await Promise.all(waiting);
  await sendAll((copy) => copy.url === location.pathname);
  if (copies().length && !window.confirm(form.dataset.signOut)) return;
  wipe();
  form.submit();
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[data-sign-out]") || !anything()) return;
  event.preventDefault();
  leave(form);
});

sendWhatIsKept();
window.addEventListener("online", sendWhatIsKept);
