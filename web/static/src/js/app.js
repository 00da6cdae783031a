// The one script. Everything works without it; each module makes one thing nicer.
import "../vendor/htmx-2.0.11.min.js";
import "./menu.js";
import "./submit.js";
import "./focus.js";
import "./toast.js";
import "./dialog.js";
import "./copy.js";
import "./try.js";
import "./upload.js";
import "./print.js";
import "./back.js";
import "./renew.js";
import "./verify.js";
