/**
 * Of the schemas of an API document, by name, those that `users` refer to as `#/components/schemas/NAME`, and those
 * that these refer to in turn, in their own order.
 */
export function schemasUsed<S>(
  users: unknown,
  schemas: Readonly<Record<string, S>>,
): Readonly<Record<string, S>> {
  const used = new Set<string>();
  const follow = (value: unknown): void => {
    for (const [, name = ''] of JSON.stringify(value).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
      const schema = schemas[name];
      if (schema === undefined || used.has(name)) continue;
      used.add(name);
      follow(schema);
    }
  };
  follow(users);
  return Object.fromEntries(Object.entries(schemas).filter(([name]) => used.has(name)));
}
