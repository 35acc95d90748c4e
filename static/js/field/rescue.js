// The rescue file: everything that this phone holds and has not sent, as one file for a manager to hand in.

import { listBody } from "./attendance.js";

function base64(bytes) {
  let text = "";
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
}

export async function rescueFile(store, bodyOf) {
  const reports = [];
  const files = async (uid) => (await store.mediaOf(uid)).map((one) => ({ uid: one.uid, data: base64(new Uint8Array(one.data)) }));
  for (const row of await store.outbox()) reports.push({ uid: row.uid, body: row.body, unfinished: false, media: await files(row.uid) });
  for (const draft of await store.drafts()) {
    reports.push({ uid: draft.uid, body: await bodyOf(draft), unfinished: true, media: await files(draft.uid) });
  }
  const attendance = (await store.lists()).map(({ uid, body }) => ({ uid, body }));
  for (const list of await store.ticks()) attendance.push({ uid: crypto.randomUUID(), body: await listBody(store, list) });
  const content = { kind: "jalon-rescue", version: 1, user: store.user, saved_at: new Date().toISOString(), reports, attendance };
  return new Blob([JSON.stringify(content)], { type: "application/json" });
}

export function download(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
