// <form data-try="POST"> of the API reference: sends the request as the person who is signed in and shows the answer.
for (const form of document.querySelectorAll("form[data-try]")) {
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    let path = form.getAttribute("action");
    const query = new URLSearchParams(), headers = { Accept: "application/json" };
    let body;
    for (const field of form.querySelectorAll("[data-in]")) {
      if (field.dataset.in === "path") path = path.replace(`{${field.name}}`, encodeURIComponent(field.value));
      else if (field.dataset.in === "body") body = field.value;
      else if (field.value && field.dataset.in === "query") query.set(field.name, field.value);
      else if (field.value && field.dataset.in === "header") headers[field.name] = field.value;
    }
    if (body !== undefined) headers["Content-Type"] = "application/json";
    const result = form.querySelector("[data-result]"), status = form.querySelector("[data-status]"), shown = form.querySelector("[data-body]");
    result.hidden = false;
    try {
      const answer = await fetch(path + (query.size ? `?${query}` : ""), { method: form.dataset.try, headers, body });
      const text = await answer.text();
      status.textContent = `${answer.status} ${answer.statusText}`;
      try { shown.textContent = JSON.stringify(JSON.parse(text), null, 2); } catch { shown.textContent = text; }
    } catch (failure) {
      status.textContent = String(failure);
      shown.textContent = "";
    }
  });
}
