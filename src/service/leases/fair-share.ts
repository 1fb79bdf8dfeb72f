/** What a member does about its share. */
export interface Step {
  /** Of the rolls that nobody holds, how many to take. */
  readonly take: number;
  /** Of the rolls it holds, how many to give up. */
  readonly give: number;
}

/**
 * One member's step towards equal shares, which differ by one at most. Each member works out the same for all from
 * the same counts, so that they do not reach for the same rolls: those that nobody holds go to who has fewest; then
 * who has most gives to who has fewest, as long as they differ by more than one.
 */
export function fairStep(held: ReadonlyMap<string, number>, free: number, me: string): Step {
  const members = [...held].map(([name, count]) => ({ name, count }));
  const byCount = (one: { name: string; count: number }, other: { name: string; count: number }) =>
    one.count - other.count || (one.name < other.name ? -1 : 1);
  const step = { take: 0, give: 0 };
  for (let left = free; left > 0; left--) {
    const fewest = members.sort(byCount)[0];
    if (fewest === undefined) break;
    fewest.count++;
    if (fewest.name === me) step.take++;
  }
  for (;;) {
    members.sort(byCount);
    const [fewest, most] = [members[0], members.at(-1)];
    if (fewest === undefined || most === undefined || most.count - fewest.count <= 1) return step;
    fewest.count++;
    most.count--;
    if (most.name === me) step.give++;
  }
}

/** How many members a roll would rather be held by: so most find their own rolls, and few move when one comes or goes. */
export function rankOf(me: string, roll: string, members: readonly string[]): number {
  const mine = score(me, roll);
  return members.filter((member) => member !== me && score(member, roll) > mine).length;
}

/** FNV-1a, 32 bits, over both names, then mixed: rendezvous hashing wants no more than even scatter. */
function score(member: string, roll: string): number {
  let hash = 0x811c9dc5;
  for (const text of [member, ' ', roll]) {
    for (let index = 0; index < text.length; index++) {
      hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
    }
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
