// Photos: made smaller on the phone before they are kept, drawn on a canvas to be looked at.

import { sha256 } from "./store.js";

const LONGEST = 1600;
const QUALITY = 0.72;

async function asJpeg(canvas, quality) {
  const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", quality));
  if (!blob) throw new Error("no picture");
  return new Uint8Array(await blob.arrayBuffer());
}

// Reads a picture file; throws when it is none.
export async function shrink(file) {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  return asJpeg(canvas, QUALITY);
}

export async function asMedia(data, values) {
  return {
    uid: crypto.randomUUID(),
    type: "image/jpeg",
    bytes: data.byteLength,
    sha256: await sha256(data),
    consent: false,
    caption: "",
    state: "kept",
    data,
    ...values,
  };
}

export async function thumbnail(media, width = 132) {
  const canvas = document.createElement("canvas");
  canvas.className = "photo";
  canvas.setAttribute("role", "img");
  try {
    const picture = await createImageBitmap(new Blob([media.data], { type: media.type }));
    canvas.width = width;
    canvas.height = Math.round((picture.height / picture.width) * width);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
  } catch {
    canvas.width = canvas.height = width;
  }
  return canvas;
}

// A field to sign in with a finger; kept(data) gets the JPEG after every stroke.
export function signatureField(label, kept) {
  const canvas = document.createElement("canvas");
  canvas.className = "sign-box";
  canvas.width = 640;
  canvas.height = 240;
  canvas.tabIndex = 0;
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", label);
  const pen = canvas.getContext("2d");
  const clear = () => {
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.strokeStyle = "#1f2528";
    pen.lineWidth = 4;
    pen.lineCap = pen.lineJoin = "round";
  };
  clear();
  const at = (event) => {
    const box = canvas.getBoundingClientRect();
    return [((event.clientX - box.left) / box.width) * canvas.width, ((event.clientY - box.top) / box.height) * canvas.height];
  };
  let last = null;
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    last = at(event);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!last) return;
    const next = at(event);
    pen.beginPath();
    pen.moveTo(...last);
    pen.lineTo(...next);
    pen.stroke();
    last = next;
  });
  const lift = async () => {
    if (!last) return;
    last = null;
    await kept(await asJpeg(canvas, 0.8));
  };
  canvas.addEventListener("pointerup", lift);
  canvas.addEventListener("pointercancel", lift);
  canvas.clear = clear;
  return canvas;
}
