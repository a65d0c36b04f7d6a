// Does something soon after it is asked for, and then not again for a while, however often it is asked for: a lively
// room must not make every open page ask the server without a pause.
export function seldom(act, { soon, pause }) {
  let timer;
  let last = -Infinity;
  return () => {
    timer ??= setTimeout(() => {
      timer = undefined;
      last = Date.now();
      act();
    }, Math.max(soon, last + pause - Date.now()));
  };
}
