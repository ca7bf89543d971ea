// The few behaviours that pages need beyond htmx; every page also works without them.

// A filter takes effect when it is chosen; the button is for people without scripts.
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-autosubmit]");
  if (form) form.requestSubmit();
});

// One box chooses all rows of a page.
document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-pick-all]")) return;
  const boxes = event.target.closest("table").querySelectorAll("[data-pick]");
  for (const box of boxes) box.checked = event.target.checked;
});

// An open ticket follows the live stream. While somebody is typing in it, only its history is
// loaded anew and a line says that it changed, so that no typed text is lost.
function typing(root) {
  // A form that came back with its text is nobody else's to replace.
  return root.querySelector("[data-kept]") || [...root.querySelectorAll("textarea, input:not([type=hidden]), select")].some((field) =>
    field.type === "checkbox" || field.type === "radio"
      ? field.checked !== field.defaultChecked
      : field.tagName === "SELECT"
        ? [...field.options].some((option) => option.selected !== option.defaultSelected && option.value)
        : field.value !== field.defaultValue,
  );
}

function refresh(versions) {
  const ticket = document.getElementById("ticket");
  if (!ticket) return;
  const { liveId, version, refresh: address } = ticket.dataset;
  // One's own act comes back by the stream too, when the page already shows it.
  if (versions && !(versions.get(liveId) > Number(version))) return;
  const busy = typing(ticket);
  const changed = document.getElementById("ticket-changed");
  if (busy && changed) changed.hidden = false;
  window.htmx.ajax("GET", address + (busy ? "?part=history" : ""), {
    target: busy ? "#ticket-timeline" : "#ticket",
    swap: "outerHTML",
  });
}
document.addEventListener("live:tickets", (event) => refresh(event.detail.versions), true);
document.addEventListener("live:resync", () => refresh(null), true);

// Of the details with one name only one may be open, and a swap puts the new ones in before the old
// ones go: the form that the server opened would be shut for the sake of one about to leave.
document.addEventListener("htmx:beforeSwap", (event) => {
  for (const shut of event.detail.target.querySelectorAll("details[name]")) shut.removeAttribute("name");
});

// Leaving a page with typed text asks first, unless an act itself leads away.
let leaving = false;
document.addEventListener("htmx:beforeOnLoad", (event) => {
  if (event.detail.xhr.getResponseHeader("HX-Redirect")) leaving = true;
});
document.addEventListener("submit", (event) => {
  if (!event.defaultPrevented) leaving = true;
});
addEventListener("beforeunload", (event) => {
  const ticket = document.getElementById("ticket");
  if (!leaving && ticket && typing(ticket)) event.preventDefault();
});

// Copies the text of the element that a button names.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy]");
  const source = button && document.getElementById(button.dataset.copy);
  if (!source) return;
  // Without https a browser has no clipboard for scripts; it still copies what is selected.
  if (navigator.clipboard) navigator.clipboard.writeText(source.textContent);
  else {
    getSelection().selectAllChildren(source);
    document.execCommand("copy");
  }
  button.classList.add("btn-success");
  setTimeout(() => button.classList.remove("btn-success"), 1500);
});
