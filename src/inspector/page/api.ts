/** A roll, as GET /api/rolls lists it. */
export interface RollItem {
  readonly theatre: string;
  readonly timeline: string;
  readonly title: string;
  readonly basis: string;
}

/** What a payload, or a field of one, may be: the part of JSON Schema that the catalogue uses. */
export interface Schema {
  readonly title?: string;
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
}

/** Asks the service; throws with what it answered if that is no success. */
export async function ask<T>(path: string, init?: RequestInit): Promise<T> {
  const response = await fetch(path, init);
  if (!response.ok) throw new Error(`${response.status} ${response.statusText}: ${path}`);
  return response.json();
}
