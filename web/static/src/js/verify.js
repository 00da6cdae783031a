// The page /verify: a receipt is verified in this browser, and nothing of it leaves it. Where the browser has no Ed25519, or without this
// script, the form goes to the server, and the page says so.
import { verify } from "./receipt.js";

const form = document.querySelector("form[data-verify]");
if (form && globalThis.crypto?.subtle) start(form);

function start(form) {
  const words = JSON.parse(form.dataset.words);
  const file = form.querySelector("[data-fills]"), into = form.elements[file.dataset.fills];
  for (const el of document.querySelectorAll("[data-local]")) el.hidden = false;
  for (const el of document.querySelectorAll("[data-sent]")) el.hidden = true;
  file.addEventListener("change", async () => { if (file.files[0]) into.value = await file.files[0].text(); });
  form.addEventListener("submit", async (event) => {
    if (event.defaultPrevented || form.dataset.verify === "sent") return;
    event.preventDefault();
    const post = {};
    for (const part of ["title", "text", "caption"]) if (form.elements[part].value.trim()) post[part] = form.elements[part].value;
    try {
      show(words, await verify(document.getElementById("verify-keys").textContent, `${into.value.trim()}\n`, post), Object.keys(post).length > 0);
    } catch {
      form.dataset.verify = "sent"; // no Ed25519 here: the server verifies
      form.requestSubmit();
    }
  });
}

function show(words, { receipt, part }, compared) {
  const old = document.getElementById("verified");
  const made = document.getElementById(receipt ? "verified-holds" : "verified-broken").content.firstElementChild.cloneNode(true);
  const put = (name, value) => {
    const slot = made.querySelector(`[data-fact="${name}"]`);
    if (!slot) return;
    if (value) slot.textContent = value;
    else (slot.closest("dl > div") ?? slot).remove();
  };
  if (receipt) {
    const s = receipt.statement;
    const day = (at) => at && `${new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "long", timeStyle: "short", timeZone: "UTC" }).format(new Date(at))} UTC`;
    put("decision", words.decision[s.decision] ?? s.decision);
    put("words", compared ? words.same : words.unread);
    put("author", s.author);
    put("employer", `${s.employer.name} · ${s.employer.domain}`);
    put("by", s.signatures.map((g) => `${g.name}, ${words.role[g.role] ?? g.role}`).join("; "));
    put("assurance", [...new Set(s.signatures.map((g) => words.assurance[g.assurance]))].join("; "));
    put("decided", day(s.decided));
    put("from", day(s.valid_from));
    put("until", day(s.valid_until));
    put("published", day(s.published));
    put("reason", s.reason);
    put("policy", words.policy[s.policy.source]);
    put("digest", s.digest);
    put("row", new Intl.NumberFormat(document.documentElement.lang).format(receipt.index + 1));
  } else {
    put("part", words.part[part]);
  }
  old.replaceChildren(made);
  old.focus();
}
