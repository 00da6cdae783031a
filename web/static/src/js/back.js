// Going back: the browser puts typed answers back into a fresh page without telling anybody. What hangs on an answer
// (hx-trigger="change") is told here.
addEventListener("pageshow", () => {
  for (const select of document.querySelectorAll('[hx-trigger~="change"] select')) {
    const [fallback] = [...select.options].filter((o) => o.defaultSelected);
    if (select.value !== (fallback ?? select.options[0])?.value) select.dispatchEvent(new Event("change", { bubbles: true }));
  }
});
