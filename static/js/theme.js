/* Runs before the first paint: marks that script works, and puts the chosen theme on the page. */
document.documentElement.classList.add("js");
try {
  const chosen = localStorage.getItem("theme");
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
} catch {
  /* storage is closed to us: the system's theme holds */
}
