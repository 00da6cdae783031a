// <button hidden data-copy="id of an input"> appears where copying is possible, and says that it has copied.
if (navigator.clipboard) for (const b of document.querySelectorAll("[data-copy]")) b.hidden = false;
document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-copy]");
  const from = button && document.getElementById(button.dataset.copy);
  if (!from) return;
  await navigator.clipboard.writeText(from.value ?? from.textContent.trim());
  const before = button.textContent;
  button.textContent = button.dataset.done;
  setTimeout(() => { button.textContent = before; }, 2000);
});
