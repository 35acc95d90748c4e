// Pages of applicants, beneficiaries and coaches: the least that helps.
import "./menus.js";
import "./forms.js";
import "./leaving.js";

if (document.querySelector("[data-autosave]")) import("./autosave.js");
if (document.querySelector("[data-upload]")) import("./uploads.js");
if (document.querySelector("[data-shown-if]")) import("./conditions.js");
