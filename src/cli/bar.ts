/** How far a long work has come: a line that is drawn over itself at a terminal, and a line now and then elsewhere. */

export interface Bar {
  /**
   * @param done of so many; `all` undefined while nobody knows.
   * @param before how many of them were done before this work began.
   */
  show(done: number, all: number | undefined, more: string, before?: number): void;
  end(): void;
}

const WIDTH = 24;
/** Milliseconds between two drawings at a terminal, and two lines elsewhere. */
const [EVERY, EVERY_LINE] = [100, 10_000];

export function createBar(out: { write(text: string): unknown; isTTY?: boolean }, now: () => number): Bar {
  const started = now();
  let drawn = Number.NEGATIVE_INFINITY;
  let last = '';

  return {
    show(done, all, more, before = 0) {
      const at = now();
      const rate = (done - before) / Math.max(0.001, (at - started) / 1000);
      const left = all === undefined || rate === 0 ? undefined : (all - done) / rate;
      const part = all ? Math.min(1, done / all) : 0;
      const filled = Math.round(part * WIDTH);
      const bar =
        all === undefined
          ? ''
          : `[${'#'.repeat(filled)}${'.'.repeat(WIDTH - filled)}] ${Math.floor(part * 100)}% `;
      const time = left === undefined ? '' : `, sisa ${duration(left)}`;
      last = `${bar}${done}${all === undefined ? '' : `/${all}`}, ${rate.toFixed(1)}/detik${time}${more}`;
      if (at - drawn < (out.isTTY ? EVERY : EVERY_LINE)) return;
      drawn = at;
      out.write(out.isTTY ? `\r\u001b[K${last}` : `${last}\n`);
    },
    end() {
      if (last) out.write(out.isTTY ? `\r\u001b[K${last}\n` : `${last}\n`);
    },
  };
}

function duration(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} detik`;
  if (seconds < 5_400) return `${Math.ceil(seconds / 60)} menit`;
  return `${(seconds / 3_600).toFixed(1)} jam`;
}
