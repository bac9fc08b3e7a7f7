const WATCH_PARENT = 500;

/** Milliseconds in which a signal is the first one once more: of Ctrl-C tell both the terminal and `npm run`. */
const SAME = 500;

/** Resolves at the first SIGINT, SIGTERM or SIGHUP, with its name; a second one ends the process at once. */
export function untilSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let asked: number | undefined;
    const onSignal = (name: NodeJS.Signals) => {
      if (asked !== undefined && performance.now() - asked > SAME) process.exit(1);
      asked ??= performance.now();
      resolve(name);
    };
    process.on('SIGINT', onSignal);
    process.on('SIGTERM', onSignal);
    // Of a terminal that was closed.
    process.on('SIGHUP', onSignal);
    // npx and npm run put a shell between, which dies of a SIGTERM without passing it on: being left by it is the
    // same request to stop.
    if (process.env.npm_command) {
      const parent = process.ppid;
      const watch = setInterval(() => {
        if (process.ppid === parent) return;
        clearInterval(watch);
        if (asked === undefined) onSignal('SIGTERM');
      }, WATCH_PARENT);
      watch.unref();
    }
  });
}
