// A toast without an action goes after eight seconds, unless someone is reading it.
const seconds = 8;
const arm = (toast) => {
  if (toast.querySelector("a,button") || toast.dataset.armed) return;
  toast.dataset.armed = "yes";
  let timer;
  const start = () => { timer = setTimeout(() => toast.remove(), seconds * 1000); };
  toast.addEventListener("pointerenter", () => clearTimeout(timer));
  toast.addEventListener("pointerleave", start);
  start();
};
const armAll = () => document.querySelectorAll(".toasts .toast").forEach(arm);
armAll();
document.addEventListener("htmx:afterSettle", armAll);
