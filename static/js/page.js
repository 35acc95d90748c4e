// Staff pages: small comforts on top of pages that work without script.
import "./menus.js";
import "./forms.js";
import "./leaving.js";
import "./tables.js";

if (document.querySelector("[data-autosave]")) import("./autosave.js");
if (document.querySelector("[data-grid-keys]")) import("./grid-keys.js");
