import type { RollId } from '../../events/ids.ts';
import type { Phase } from '../../machines/phase.ts';
import type { MoveDocument, Provenance } from '../readmodels/transition-document.ts';
import type { Posting } from '../roll/accounts.ts';
import type { Refusal } from '../roll/outcome.ts';
import type { ChartTransition } from './chart/graph.ts';

// What the inspector tells its page, as JSON.

export type MachineName = 'contingent' | 'theatre';

/** A statechart, drawn, with what a page needs to bring it to life. */
export interface ChartDocument {
  readonly machine: MachineName;
  readonly machineVersion: string;
  readonly width: number;
  readonly height: number;
  /** SVG elements; see `chartBody`. */
  readonly body: string;
  readonly edges: readonly { readonly id: string; readonly transitions: readonly string[] }[];
  readonly transitions: readonly ChartTransition[];
}

/** Whether a transition of the present state can be taken, as far as that is known before its event has a payload. */
export interface Openness {
  /** As in the chart. */
  readonly id: string;
  readonly event: string;
  readonly isOpen: boolean;
  /** The guards that refuse whatever the payload. */
  readonly refusedBy: readonly string[];
  /** The guards that the payload decides. */
  readonly dependsOn: readonly string[];
}

/** One thing that happened to a machine: before, after, and the transition that was taken. */
export interface Step {
  readonly seq: number;
  /** The contingent, or `theatre`. */
  readonly subject: string;
  readonly event: Provenance;
  /** The payload, as it counts. */
  readonly data: unknown;
  readonly from: string | null;
  readonly to: string;
  /** The id of the transition in the chart; null where a contingent comes on the roll as a part of another. */
  readonly taken: string | null;
  readonly postings: readonly Posting[];
  readonly before: object | null;
  readonly after: object;
  readonly phase: Phase;
  /** Everything that the event moved, this machine too. */
  readonly moves: readonly MoveDocument[];
}

export interface HistoryMoment {
  readonly seq: number;
  readonly recordedtime: string | null;
  /** Whom it is about: a contingent, or `theatre`. */
  readonly subject: string;
  readonly machine: MachineName;
  /** What happened; null for what was refused. */
  readonly step: Step | null;
  readonly refusal: Refusal | null;
  /** The event as it was logged, for one that was refused. */
  readonly logged: unknown;
  /** Where the machine stands afterwards. */
  readonly state: string;
  readonly openness: readonly Openness[];
}

/** A part of a history: `moments` are those from `first` (counted from 0) of `total`, oldest first. */
export interface HistoryDocument {
  readonly roll: RollId;
  /** Null for the whole roll, event by event. */
  readonly subject: string | null;
  /** The roll's length. */
  readonly seq: number;
  readonly total: number;
  readonly first: number;
  readonly moments: readonly HistoryMoment[];
}

/** Where an event would lead. */
export type WhatIf =
  | {
      readonly kind: 'accepted';
      /** Whom it would move: the subject, or the part that would leave it. */
      readonly subject: string;
      /** The transition of the chart that it takes. */
      readonly taken: string | null;
      readonly to: string;
      readonly moves: readonly MoveDocument[];
    }
  | { readonly kind: 'refused'; readonly refusal: Omit<Refusal, 'seq'> };
