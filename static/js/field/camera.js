// Photos: made smaller on the phone before they are kept, drawn on a canvas to be looked at.

import { asJpeg } from "./pen.js";
import { sha256 } from "./store.js";

const LONGEST = 1600;
const QUALITY = 0.72;

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
