// Answers that have not reached the server yet, kept on this device for the person who wrote them.
//
// One copy a page: {owner, url, page, base or version, fields, at}, where `fields` are inputs by name. What
// identifies a person (the names in a form's data-private) goes to the tab's own storage, which ends with the
// tab; the rest to the device's. Copies belong to one account, are sent again when a page of that account
// opens, and are wiped when it signs out.

const PREFIX = "jalon:kept:";
const LONGEST = 30 * 24 * 3600 * 1000;

export const owner = document.querySelector('meta[name="owner"]')?.content ?? "";

export const questionOf = (name) => name.split("-")[0];

const nameOf = (copy) => `${PREFIX}${copy.owner}:${copy.url}:${copy.page}`;

function read(store, name) {
  try {
    return JSON.parse(store.getItem(name));
  } catch {
    return null;
  }
}

function names(store) {
  try {
    return Object.keys(store).filter((name) => name.startsWith(PREFIX));
  } catch {
    return [];
  }
}

// Returns whether the device took it.
export function keep(copy, isPrivate) {
  const open = {};
  const closed = {};
  for (const [name, values] of Object.entries(copy.fields)) (isPrivate(name) ? closed : open)[name] = values;
  const whole = { ...copy, owner, at: Date.now() };
  try {
    localStorage.setItem(nameOf(whole), JSON.stringify({ ...whole, fields: open }));
    if (Object.keys(closed).length) sessionStorage.setItem(nameOf(whole), JSON.stringify({ fields: closed }));
    return true;
  } catch {
    return false; // a private window, or full
  }
}

export function drop(copy) {
  try {
    localStorage.removeItem(nameOf({ owner, ...copy }));
    sessionStorage.removeItem(nameOf({ owner, ...copy }));
  } catch {
    // nothing was kept either
  }
}

// The copies of this account, the newest first; those of others that are older than a month go.
export function copies(url = null) {
  const found = [];
  for (const name of names(localStorage)) {
    const copy = read(localStorage, name);
    if (!copy || Date.now() - copy.at > LONGEST) {
      localStorage.removeItem(name);
    } else if (copy.owner === owner && (url === null || copy.url === url)) {
      const closed = read(sessionStorage, name)?.fields ?? {};
      found.push({ ...copy, fields: { ...copy.fields, ...closed } });
    }
  }
  return found.sort((one, other) => other.at - one.at);
}

export function wipe() {
  for (const store of [localStorage, sessionStorage]) {
    for (const name of names(store)) if (name.startsWith(`${PREFIX}${owner}:`)) store.removeItem(name);
  }
}

// Whether the page that wrote a copy is gone, so that somebody else may send it. Holds its place if so.
export function takeOver(page) {
  if (!navigator.locks) return Promise.resolve(true);
  return new Promise((resolve) => {
    navigator.locks.request(PREFIX + page, { ifAvailable: true }, (lock) => {
      resolve(Boolean(lock));
      return lock ? new Promise(() => {}) : undefined; // held until this page goes
    });
  });
}

export function token() {
  return document.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? "";
}

function bodyOf(copy) {
  const body = new FormData();
  body.append("csrfmiddlewaretoken", token());
  body.append("page", copy.page);
  if (copy.base) body.append("base", JSON.stringify(copy.base));
  else body.append("version", copy.version);
  for (const [name, values] of Object.entries(copy.fields)) for (const value of values) body.append(name, value);
  return body;
}

// Sends one copy as its page would have; returns "sent", "conflict" or "kept".
async function send(copy) {
  try {
    const response = await fetch(copy.url, {
      method: "POST",
      body: bodyOf(copy),
      headers: { "X-Autosave": "1", Accept: "application/json" },
      redirect: "manual",
      credentials: "same-origin",
    });
    if (response.status === 409) return "conflict";
    if (!response.ok && response.status !== 410 && response.status !== 404) return "kept";
    drop(copy);
    return "sent";
  } catch {
    return "kept";
  }
}

// Sends what pages that are gone left behind; returns {sent, conflicts, kept} as lists of copies.
export async function sendAll(isHere = () => false) {
  const result = { sent: [], conflict: [], kept: [] };
  for (const copy of copies().reverse()) {
    if (isHere(copy) || !(await takeOver(copy.page))) continue;
    result[await send(copy)].push(copy);
  }
  return result;
}
