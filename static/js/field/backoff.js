// When to try again: twice as long after each failure, up to five minutes, and never two phones of a team in step.

const FIRST = 2000;
const LONGEST = 300000;

export function waitAfter(failures, random = Math.random) {
  const full = Math.min(LONGEST, FIRST * 2 ** Math.max(0, failures - 1));
  return Math.round(full / 2 + (full / 2) * random());
}
