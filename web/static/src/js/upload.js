// <form data-upload>: shows how far a file has come, by the bar beside its input. Without it, or without a file, the
// form is posted as any other.
addEventListener("submit", (event) => {
  const form = event.target;
  const input = form.matches?.("form[data-upload]") && form.querySelector("input[type=file]");
  const bar = input && form.querySelector("progress.upload");
  if (!bar || !input.files.length || event.defaultPrevented) return;
  event.preventDefault();
  if (form.dataset.under) return;
  form.dataset.under = "way";
  for (const b of form.querySelectorAll("button")) b.setAttribute("aria-disabled", "true");
  bar.hidden = false;
  const request = new XMLHttpRequest();
  request.open("POST", form.action);
  request.setRequestHeader("HX-Request", "true"); // answers the main part, or where to go
  request.upload.addEventListener("progress", (e) => {
    if (e.lengthComputable) bar.value = (100 * e.loaded) / e.total;
  });
  request.addEventListener("load", () => {
    const next = request.getResponseHeader("HX-Redirect");
    if (next) return location.assign(next);
    const answer = new DOMParser().parseFromString(request.responseText, "text/html");
    const main = document.getElementById("main");
    if (answer.title) document.title = answer.title;
    main.replaceChildren(...answer.body.childNodes);
    window.htmx?.process(main);
    (main.querySelector(".errors") ?? main).focus();
    scrollTo(0, 0);
  });
  request.addEventListener("error", () => form.submit());
  request.send(new FormData(form, event.submitter)); // with the button that was pressed
}, { capture: true });
