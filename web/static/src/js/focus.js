// After a page or a fragment arrives: errors first, else what asks for focus.
const settle = (root) => {
  const first = root.querySelector?.(".errors") ?? (root.matches?.(".errors") ? root : null) ?? root.querySelector?.("[data-focus]");
  first?.focus({ preventScroll: false });
};
settle(document);
document.addEventListener("htmx:afterSettle", (event) => settle(event.detail.elt));

// A link of the error summary puts the cursor into its field, also into the first box of a group.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.(".errors a[href^='#']");
  const field = link && document.getElementById(link.hash.slice(1));
  if (!field) return;
  event.preventDefault();
  const control = field.matches("input,select,textarea") ? field : field.querySelector("input,select,textarea");
  (control ?? field).focus();
  field.scrollIntoView({ block: "center" });
});
