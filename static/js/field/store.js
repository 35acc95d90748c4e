// What this phone holds for one coach: an IndexedDB of their own, so that two people on one phone never mix.
//
//   kept     the caseload, the form token, when it was last sent
//   drafts   visits that are being filled in; every change of a field is written at once
//   outbox   finished visits: the bytes as they are sent, and their digest. A row leaves on a receipt only
//   media    photos and signatures, each with its digest, owned by a draft or an outbox row
//   ticks    attendance lists that are being ticked, one a session; every tick is written at once
//   lists    finished attendance lists, as they are sent. A row leaves on a receipt only
//
// A draft becomes an outbox row in one transaction: there is no moment at which it is neither.

import { deleteDB, openDB } from "../../vendor/idb/index.js";

const CURRENT = "jalon-field-user";
const STRICT = { durability: "strict" };
const UNSENT = ["outbox", "drafts", "lists", "ticks"];

export const currentUser = () => Number(localStorage.getItem(CURRENT)) || null;
export const rememberUser = (user) => localStorage.setItem(CURRENT, String(user));
const nameOf = (user) => `jalon-field-${user}`;

export async function othersOnThisPhone(user) {
  const all = (await indexedDB.databases?.()) ?? [];
  const names = all.map((one) => one.name).filter((name) => /^jalon-field-\d+$/.test(name) && name !== nameOf(user));
  let waiting = 0;
  for (const name of names) {
    const other = await openDB(name);
    for (const store of UNSENT) if (other.objectStoreNames.contains(store)) waiting += await other.count(store);
    other.close();
  }
  return waiting;
}

export async function openStore(user) {
  const db = await openDB(nameOf(user), 2, {
    upgrade(made, before) {
      if (before < 1) {
        made.createObjectStore("kept");
        made.createObjectStore("drafts", { keyPath: "uid" });
        made.createObjectStore("outbox", { keyPath: "uid" });
        made.createObjectStore("media", { keyPath: "uid" }).createIndex("owner", "owner");
      }
      if (before < 2) {
        made.createObjectStore("ticks", { keyPath: "session" });
        made.createObjectStore("lists", { keyPath: "uid" });
      }
    },
    blocking: () => db.close(),
  });
  navigator.storage?.persist?.();
  return new Store(db, user);
}

export async function sha256(bytes) {
  const found = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...found].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

export class Store {
  constructor(db, user) {
    this.db = db;
    this.user = user;
    this.channel = new BroadcastChannel(nameOf(user));
  }

  changed() {
    this.channel.postMessage("changed");
  }

  kept = (key) => this.db.get("kept", key);
  keep = (key, value) => this.db.put("kept", value, key);
  drafts = () => this.db.getAll("drafts");
  draft = (uid) => this.db.get("drafts", uid);
  outbox = async () => (await this.db.getAll("outbox")).sort((one, other) => one.made_at.localeCompare(other.made_at));
  report = (uid) => this.db.get("outbox", uid);
  mediaOf = (uid) => this.db.getAllFromIndex("media", "owner", uid);

  async begin(visit, enterprise, form, startedAt) {
    const answers = visit?.answers ?? {};
    const draft = {
      uid: crypto.randomUUID(),
      visit: visit?.uid ?? null,
      enterprise: enterprise.id,
      name: visit?.name ?? "",
      code: visit?.code ?? "",
      form,
      base: visit?.base ?? 0,
      answers: { ...answers },
      started_at: startedAt,
      touched_at: startedAt,
    };
    const tx = this.db.transaction("drafts", "readwrite", STRICT);
    const twin = visit && (await tx.store.getAll()).find((one) => one.visit === visit.uid);
    if (!twin) await tx.store.add(draft);
    await tx.done;
    this.changed();
    return twin ?? draft;
  }

  // Some answers of a draft; the others stay as they are stored, whichever tab wrote them.
  async answer(uid, answers, at) {
    const tx = this.db.transaction("drafts", "readwrite", STRICT);
    const draft = await tx.store.get(uid);
    if (draft) {
      for (const [name, value] of Object.entries(answers)) {
        if (value === null || value === "" || value === undefined) delete draft.answers[name];
        else draft.answers[name] = value;
      }
      draft.touched_at = at;
      await tx.store.put(draft);
    }
    await tx.done;
    if (!draft) throw Object.assign(new Error("this visit is finished"), { finished: true });
    this.changed();
    return draft;
  }

  async addMedia(media) {
    const tx = this.db.transaction("media", "readwrite", STRICT);
    await tx.store.put(media);
    await tx.done;
    this.changed();
  }

  async changeMedia(uid, values) {
    const tx = this.db.transaction("media", "readwrite", STRICT);
    const media = await tx.store.get(uid);
    if (media) await tx.store.put({ ...media, ...values });
    await tx.done;
  }

  dropMedia = (uid) => this.db.delete("media", uid);

  // The draft becomes an outbox row with the very bytes that will be sent.
  async finish(uid, body, more) {
    const digest = await sha256(new TextEncoder().encode(body));
    const tx = this.db.transaction(["drafts", "outbox"], "readwrite", STRICT);
    const draft = await tx.objectStore("drafts").get(uid);
    if (draft) {
      await tx.objectStore("outbox").put({ ...more, uid, draft, body, sha256: digest, state: "waiting", tries: 0 });
      await tx.objectStore("drafts").delete(uid);
    }
    await tx.done;
    this.changed();
    return Boolean(draft);
  }

  async change(uid, values) {
    const tx = this.db.transaction("outbox", "readwrite", STRICT);
    const row = await tx.store.get(uid);
    if (row) await tx.store.put({ ...row, ...values });
    await tx.done;
    this.changed();
  }

  // A report that the server refused becomes a draft again, to be corrected.
  async reopen(uid) {
    const tx = this.db.transaction(["drafts", "outbox"], "readwrite", STRICT);
    const row = await tx.objectStore("outbox").get(uid);
    if (row) {
      await tx.objectStore("drafts").put({ ...row.draft, errors: row.errors ?? {} });
      await tx.objectStore("outbox").delete(uid);
    }
    await tx.done;
    this.changed();
  }

  // A report under an identifier that is taken goes out again under a new one; nothing of it is lost.
  async rename(uid) {
    const row = await this.report(uid);
    const fresh = crypto.randomUUID();
    const body = JSON.parse(row.body);
    const names = new Map(body.media.map((one) => [one.uid, crypto.randomUUID()]));
    for (const one of body.media) one.uid = names.get(one.uid);
    const text = JSON.stringify(body);
    const digest = await sha256(new TextEncoder().encode(text));
    const tx = this.db.transaction(["outbox", "media"], "readwrite", STRICT);
    for (const media of await tx.objectStore("media").index("owner").getAll(uid)) {
      await tx.objectStore("media").delete(media.uid);
      await tx.objectStore("media").put({ ...media, uid: names.get(media.uid) ?? media.uid, owner: fresh, state: "kept" });
    }
    const draft = { ...row.draft, uid: fresh };
    await tx.objectStore("outbox").put({ ...row, uid: fresh, draft, body: text, sha256: digest, state: "waiting", stored: null });
    await tx.objectStore("outbox").delete(uid);
    await tx.done;
    this.changed();
  }

  // Called with a receipt in hand, and never otherwise.
  async release(uid) {
    await this.db.delete("outbox", uid);
    this.changed();
  }

  async dropDraft(uid) {
    const tx = this.db.transaction(["drafts", "media"], "readwrite", STRICT);
    await tx.objectStore("drafts").delete(uid);
    for (const key of await tx.objectStore("media").index("owner").getAllKeys(uid)) await tx.objectStore("media").delete(key);
    await tx.done;
    this.changed();
  }

  // One tick of a session's list; `seen` is what the list showed before anybody ticked it on this phone.
  async tick(session, row, present, seen, at) {
    await this.changeTicks(session, (list) => {
      list.marks[row] = { present, at, seen: row in list.marks ? list.marks[row].seen : seen };
    });
  }

  // The references of people who came without being on the list.
  async cameToo(session, text) {
    await this.changeTicks(session, (list) => { list.more = text; });
  }

  async changeTicks(session, change) {
    const tx = this.db.transaction("ticks", "readwrite", STRICT);
    const list = (await tx.store.get(session)) ?? { session, marks: {}, more: "" };
    change(list);
    if (Object.keys(list.marks).length || list.more) await tx.store.put(list);
    else await tx.store.delete(session);
    await tx.done;
    this.changed();
  }

  ticksOf = (session) => this.db.get("ticks", session);
  ticks = () => this.db.getAll("ticks");
  lists = async () => (await this.db.getAll("lists")).sort((one, other) => one.made_at.localeCompare(other.made_at));

  // The ticks become an outbox row with the very bytes that will be sent.
  async finishList(session, body, more) {
    const digest = await sha256(new TextEncoder().encode(body));
    const tx = this.db.transaction(["ticks", "lists"], "readwrite", STRICT);
    if (await tx.objectStore("ticks").get(session)) {
      await tx.objectStore("lists").put({ ...more, uid: crypto.randomUUID(), session, body, sha256: digest, state: "waiting" });
      await tx.objectStore("ticks").delete(session);
    }
    await tx.done;
    this.changed();
  }

  // A list that the server refuses is ticked again from what it held.
  async reopenList(uid) {
    const tx = this.db.transaction(["ticks", "lists"], "readwrite", STRICT);
    const row = await tx.objectStore("lists").get(uid);
    if (row) {
      const held = (await tx.objectStore("ticks").get(row.session)) ?? { session: row.session, marks: {}, more: "" };
      await tx.objectStore("ticks").put({ session: row.session, marks: { ...row.ticks.marks, ...held.marks }, more: [row.ticks.more, held.more].filter(Boolean).join(" ") });
      await tx.objectStore("lists").delete(uid);
    }
    await tx.done;
    this.changed();
  }

  async changeList(uid, values) {
    const tx = this.db.transaction("lists", "readwrite", STRICT);
    const row = await tx.store.get(uid);
    if (row) await tx.store.put({ ...row, ...values });
    await tx.done;
    this.changed();
  }

  // Called with a receipt in hand, and never otherwise.
  async releaseList(uid) {
    await this.db.delete("lists", uid);
    this.changed();
  }

  async unsent() {
    const counts = await Promise.all(UNSENT.map((store) => this.db.count(store)));
    return counts.reduce((sum, count) => sum + count, 0);
  }

  async wipe() {
    this.channel.close();
    this.db.close();
    await deleteDB(nameOf(this.user));
    if (currentUser() === this.user) localStorage.removeItem(CURRENT);
  }
}
