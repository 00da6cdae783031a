// The address of a file lives for five minutes ("x" says until when). Whoever pauses a film longer, or opens an attachment later, gets a
// fresh one: the page is read again, and the file of the same name found in it. Without this script reloading the page does it.
const until = (address) => {
  const url = URL.canParse(address, location.href) ? new URL(address, location.href) : null;
  return url?.origin !== location.origin && url?.searchParams.has("g") ? Number(url.searchParams.get("x")) * 1000 : Infinity;
};
const ended = (address) => until(address) < Date.now() + 5000;
const named = (address) => new URL(address, location.href).pathname;

/** The fresh address of a file of this page, "" when there is none. */
async function fresh(address) {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!answer.ok) return "";
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const el of page.querySelectorAll("[src], a[href]")) {
    const found = el.getAttribute("src") ?? el.getAttribute("href");
    if (until(found) !== Infinity && named(found) === named(address) && !ended(found)) return found;
  }
  return "";
}

async function mend(el) {
  const address = el.currentSrc || el.src;
  if (!address || !ended(address)) return;
  const at = el.currentTime, plays = el.paused === false;
  const next = await fresh(address).catch(() => "");
  if (!next) return;
  el.src = next;
  if (at === undefined) return;
  el.currentTime = at;
  if (plays) el.play().catch(() => {}); // the browser wants a press first
}

// A picture that loads late, and a recording that is gone on with or moved in; and what had failed before this script was there.
document.addEventListener("error", (event) => mend(event.target), true);
for (const img of document.images) if (img.complete && !img.naturalWidth) mend(img);

// An attachment.
document.addEventListener("click", async (event) => {
  const link = event.target.closest?.("a[href]");
  if (!link || !ended(link.href) || event.defaultPrevented) return;
  event.preventDefault();
  link.href = await fresh(link.href).catch(() => "") || link.href;
  location.assign(link.href);
});
