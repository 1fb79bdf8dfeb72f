type Payload = Readonly<Record<string, unknown>>;

/** Turns a payload of one version of a type into one of the next. Pure and total: what it can't read it leaves. */
export type Upcaster = (data: Payload) => Payload;

/**
 * What brings stored payloads up to the shape that the catalogue has, by type: the first from version 1 to 2, the
 * next from 2 to 3 … So the version of today is one more than a type has upcasters. A log keeps what was written:
 * to change the shape of a type, change its schema and add an upcaster here; never take one away.
 */
export const upcasters = new Map<string, readonly Upcaster[]>();

const NONE: readonly Upcaster[] = [];

/**
 * A payload in the shape of today, or what is wrong with its version. `version` is the event's `schemaversion`; an
 * event without one has version 1.
 */
export function upcast(
  type: string,
  version: number,
  data: Payload,
): { readonly ok: true; readonly data: Payload } | { readonly ok: false; readonly message: string } {
  const steps = upcasters.get(type) ?? NONE;
  if (steps === NONE && version === 1) return { ok: true, data };
  const latest = steps.length + 1;
  if (version > latest) {
    const message = `version ${version} of ${type} is not known; this Muster knows versions up to ${latest}`;
    return { ok: false, message };
  }
  return { ok: true, data: steps.slice(version - 1).reduce((shape, step) => step(shape), data) };
}
