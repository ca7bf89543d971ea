// Sets the colour theme before the page is painted; loaded in <head> without `defer`.
// A button with data-theme-switch="dark" (light, auto) changes it.
const dark = matchMedia("(prefers-color-scheme: dark)");

function apply() {
  const chosen = localStorage.getItem("sunline-theme") ?? "auto";
  const theme = chosen === "auto" ? (dark.matches ? "dark" : "light") : chosen;
  document.documentElement.dataset.bsTheme = theme;
  document.documentElement.dataset.themeChoice = chosen;
}

apply();
dark.addEventListener("change", apply);
addEventListener("storage", apply); // another tab changed it
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-theme-switch]");
  if (!button) return;
  localStorage.setItem("sunline-theme", button.dataset.themeSwitch);
  apply();
});
