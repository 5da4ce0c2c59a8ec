// Whose data lies on this phone. Kept outside the databases, since it says which of them to open without a network.
// `closed` is set at log-out: from then on nothing is shown until that person has logged in again.

const KEY = "duchatong-field";

export function owner() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? null;
  } catch {
    return null;
  }
}

export function setOwner(value) {
  try {
    if (value) localStorage.setItem(KEY, JSON.stringify(value));
    else localStorage.removeItem(KEY);
  } catch {
    // Storage refused: the databases will say so in words.
  }
}
