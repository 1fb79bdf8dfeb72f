/** What a map holds under a key; put there first if it holds nothing. */
export function entry<K, V>(map: Map<K, V>, key: K, create: () => V): V {
  const there = map.get(key);
  if (there !== undefined) return there;
  const created = create();
  map.set(key, created);
  return created;
}
