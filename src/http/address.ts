/** True for this machine, which needs no encryption on the way. `hostname` as a URL has it. */
export function isLoopback(hostname: string): boolean {
  return ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
}
