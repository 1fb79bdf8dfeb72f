import type { Provenance } from '../../readmodels/transition-document.ts';

type Attribute = 'id' | 'source' | 'type' | 'time' | 'basis';

/** An entry of the log whose event was accepted: what may be left out of an event may be left out here. */
export interface LoggedEvent {
  readonly seq: number;
  readonly event: Pick<Provenance, Attribute> & Partial<Omit<Provenance, Attribute>>;
}

/** Who said it and how far they are believed, with what was left out as the contract of events has it. */
export const provenanceOf = ({ event }: LoggedEvent): Provenance => ({
  id: event.id,
  source: event.source,
  type: event.type,
  subject: event.subject ?? null,
  time: event.time,
  observedtime: event.observedtime ?? event.time,
  basis: event.basis,
  reporter: event.reporter ?? null,
  reporterkind: event.reporterkind ?? null,
  reporturl: event.reporturl ?? null,
  reliability: event.reliability ?? null,
  credibility: event.credibility ?? null,
  claim: event.claim ?? 'fact',
  note: event.note ?? null,
});
