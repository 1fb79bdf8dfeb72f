import type { NamedPlace } from '../model-document.ts';

/** The id of the part of the page that explains a place: `event-war.ended`, `field-contingent.screened/conduct`. */
export function anchorOf({ kind, name }: NamedPlace): string {
  return `${kind}-${name}`;
}

export const statementAnchor = (id: string): string => `statement-${id}`;

/** Follows the part of the address after the `#` to what was not there yet when the browser looked for it. */
export function goToAnchor(): void {
  const id = decodeURIComponent(location.hash.slice(1));
  if (id !== '') document.getElementById(id)?.scrollIntoView();
}
