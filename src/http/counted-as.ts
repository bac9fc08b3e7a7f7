/** Who is counted as one: an IPv4 address, and of IPv6 the /64 that a single customer has. */
export function countedAs(address: string): string {
  if (!address.includes(':')) return address;
  const [head = '', tail = ''] = address.split('::');
  const before = groupsOf(head);
  const after = groupsOf(tail);
  // What `::` stands for; without it all eight are there.
  const zeros = Array(Math.max(0, 8 - before.length - after.length)).fill('0');
  const groups = [...before, ...zeros, ...after].slice(0, 4);
  return `${groups.map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::`;
}

function groupsOf(text: string): string[] {
  return text === '' ? [] : text.split(':');
}
