// Screens by the part of the address behind "#": it works without a network and needs no server. `#/unit/<id>/finish` → ["unit", id, "finish"].

import { changed } from "./app.js";
import { hideOld } from "./toast.js";

const leaving = new Map(); // what to do → the screen it belongs to

export const route = () => window.location.hash.replace(/^#\/?/, "").split("/").filter(Boolean).map(decodeURIComponent);

export const link = (...parts) => `#/${parts.map(encodeURIComponent).join("/")}`;

export function go(...parts) {
  window.location.hash = link(...parts);
}

// Called once when the screen that is open now is left.
export function whenLeft(work) {
  leaving.set(work, window.location.hash);
}

export function watchRoute() {
  let before = window.location.hash;
  const places = new Map();
  window.addEventListener("hashchange", () => {
    places.set(before, window.scrollY);
    before = window.location.hash;
    hideOld();
    // The new screen may have been drawn before this event came: it has not been left.
    for (const [work, place] of leaving) {
      if (place === before) continue;
      leaving.delete(work);
      work();
    }
    changed();
    // After the new screen has been drawn: back where one was on it, or at its top.
    window.setTimeout(() => window.scrollTo(0, places.get(before) ?? 0), 0);
  });
}
