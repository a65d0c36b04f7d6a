// What every page gains from a script. Without it each link and form still works.
import { keepBell } from "./bell.js";
import { awaitHtmx } from "./htmx.js";
import { closeMenusOnEscapeAndOutside } from "./menus.js";
import { growComposers } from "./composer.js";
import { keepTypedText } from "./drafts.js";
import { offerSharing, shareOnTap } from "./sharing.js";
import { showCurrent } from "./filters.js";
import { showWhenOffline } from "./offline.js";
import { unfoldForPaper } from "./paper.js";
import { chooseTimeZone } from "./zones.js";
import { guardForms, focusProblems } from "./forms.js";

closeMenusOnEscapeAndOutside();
showWhenOffline();
guardForms();
focusProblems();
showCurrent(document);
offerSharing(document);
shareOnTap();
growComposers(document);
keepTypedText();
unfoldForPaper();
chooseTimeZone();
keepBell();
awaitHtmx();

// what a later answer swaps in gains the same things
document.addEventListener("htmx:after:swap", () => {
  offerSharing(document);
  growComposers(document);
  focusProblems();
});
