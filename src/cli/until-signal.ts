const WATCH_PARENT = 500;

/** Resolves at the first SIGINT or SIGTERM, with its name; a second one ends the process at once. */
export function untilSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let asked = false;
    const onSignal = (name: NodeJS.Signals) => {
      if (asked) process.exit(1);
      asked = true;
      resolve(name);
    };
    process.on('SIGINT', onSignal);
    process.on('SIGTERM', onSignal);
    // npx and npm run put a shell between, which dies of a SIGTERM without passing it on: being left by it is the
    // same request to stop.
    if (process.env.npm_command) {
      const parent = process.ppid;
      const watch = setInterval(() => {
        if (process.ppid === parent) return;
        clearInterval(watch);
        if (!asked) onSignal('SIGTERM');
      }, WATCH_PARENT);
      watch.unref();
    }
  });
}
