/** What the platform received, for a test that wants to know. */

/** One request. Without query values: they can hold a NIK. */
export interface LoggedRequest {
  /** Milliseconds since 1970. */
  at: number;
  /** HTTP method. */
  method: string;
  /** Resource type; `Bundle` for a transaction, `token` for the token endpoint. */
  type: string;
  /** HTTP status; absent when the connection was broken. */
  status?: number;
  /** The fault it met. */
  fault?: string;
  /** Resources it wrote. */
  written: number;
}

/** The newest are kept. */
const MOST = 10_000;

export class Books {
  requests: Record<string, Record<string, number>> = {};
  writes = 0;
  log: LoggedRequest[] = [];

  enter(line: LoggedRequest): void {
    const byType = this.requests[line.method] ?? {};
    this.requests[line.method] = { ...byType, [line.type]: (byType[line.type] ?? 0) + 1 };
    if (line.written > 0) this.writes++;
    this.log.push(line);
    if (this.log.length > MOST) this.log.splice(0, this.log.length - MOST);
  }

  clear(): void {
    this.requests = {};
    this.writes = 0;
    this.log = [];
  }
}
