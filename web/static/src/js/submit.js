// A form that is under way can't be sent twice. The server takes a repeat harmlessly; this spares the wait.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method === "dialog" || form.matches("[hx-post],[hx-get],[hx-put],[hx-delete]")) return;
  if (form.dataset.under) return event.preventDefault();
  form.dataset.under = "way";
  setTimeout(() => { for (const b of form.querySelectorAll("button:not([type=button])")) b.setAttribute("aria-disabled", "true"); });
});
// A page that comes back from the back button's memory can be sent again.
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.querySelectorAll("form[data-under]")) {
    delete form.dataset.under;
    for (const b of form.querySelectorAll("button[aria-disabled]")) b.removeAttribute("aria-disabled");
  }
});
