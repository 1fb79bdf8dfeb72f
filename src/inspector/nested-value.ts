export type NestedValue = string | { readonly [state: string]: NestedValue };

/** The dotted name of a leaf as XState writes it: `deployed.staging` is `{ deployed: 'staging' }`. */
export function nestedValue(value: string): NestedValue {
  const dot = value.indexOf('.');
  return dot < 0 ? value : { [value.slice(0, dot)]: nestedValue(value.slice(dot + 1)) };
}
