// Everything that runs on every page: htmx, Alpine (the build that needs no eval), Tabler's
// menus and dialogues, and the live stream.
import Alpine from "@alpinejs/csp";
import "@tabler/core";
import htmx from "htmx.org";
import { connect } from "./live.js";
import "./pages.js";

htmx.config.allowEval = false; // the content security policy forbids it anyway
htmx.config.attributesToSettle = ["class", "width", "height"]; // "style" would be refused as well
htmx.config.includeIndicatorStyles = false; // an inline <style>; app.css has the rules
htmx.config.responseHandling = [
  { code: "204", swap: false },
  { code: "[23]..", swap: true },
  { code: "422", swap: true }, // a form comes back with its errors
  { code: "[45]..", swap: false, error: true },
];
window.htmx = htmx;

document.addEventListener("htmx:configRequest", (event) => {
  const token = document.querySelector("meta[name=csrf-token]")?.content;
  if (token) event.detail.headers["X-CSRFToken"] = token;
});

// A refusal that names its place (HX-Retarget: #notice) is shown there; any other failure
// shows the sentence that the page carries for it.
function failed() {
  const place = document.getElementById("notice");
  if (place?.dataset.failed) {
    place.textContent = place.dataset.failed;
    place.hidden = false;
  }
}
document.addEventListener("htmx:responseError", (event) => {
  if (!event.detail.xhr.getResponseHeader("HX-Retarget")) failed();
});
document.addEventListener("htmx:sendError", failed);
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.status >= 400 && event.detail.xhr.getResponseHeader("HX-Retarget")) {
    event.detail.shouldSwap = true;
  }
});

window.Alpine = Alpine;
Alpine.start();

// <body data-live="/live"> is only rendered for people who are signed in.
if (document.body.dataset.live) connect(document.body.dataset.live);
