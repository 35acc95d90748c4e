// The page of a visit, where there is a script: the position read from the device, signatures drawn, lines added
// to tables. Without it the position is typed, a signature is handed in as a picture, lines come by saving.

import { signatureField } from "./field/pen.js";

for (const box of document.querySelectorAll("[data-place]")) {
  const input = (name) => box.querySelector(`[name="${name}"]`);
  const said = box.querySelector("[data-said]");
  const button = box.querySelector("[data-take]");
  button.hidden = false;
  button.addEventListener("click", () => {
    said.textContent = box.dataset.finding;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        if (coords.latitude === 0 && coords.longitude === 0) return (said.textContent = box.dataset.nowhere);
        input("latitude").value = coords.latitude.toFixed(6);
        input("longitude").value = coords.longitude.toFixed(6);
        input("accuracy").value = String(Math.round(coords.accuracy));
        said.textContent = "";
        return input("latitude").dispatchEvent(new Event("input", { bubbles: true }));
      },
      () => (said.textContent = box.dataset.nothing),
      { enableHighAccuracy: true, timeout: 60_000, maximumAge: 0 },
    );
  });
}

for (const box of document.querySelectorAll("[data-sign]")) {
  const drawn = box.querySelector("[data-drawn]");
  const said = box.querySelector("[data-said]");
  const canvas = signatureField(box.dataset.sign, (data) => {
    drawn.value = btoa(String.fromCharCode(...data));
    said.textContent = box.dataset.signed;
  });
  const again = box.querySelector("[data-again]");
  again.hidden = false;
  again.addEventListener("click", () => {
    canvas.clear();
    drawn.value = "";
    said.textContent = "";
  });
  box.querySelector("[data-upload-instead]").before(canvas);
}
