/** What the service tells the page. */
export interface Transition {
  readonly id: string;
  readonly event: string;
  readonly guards: readonly string[];
  readonly description: string | null;
  readonly source: string;
  readonly target: string | null;
}

export interface Chart {
  readonly machine: string;
  readonly machineVersion: string;
  readonly width: number;
  readonly height: number;
  readonly body: string;
  readonly edges: readonly { readonly id: string; readonly transitions: readonly string[] }[];
  readonly transitions: readonly Transition[];
}

export interface Openness {
  readonly id: string;
  readonly event: string;
  readonly isOpen: boolean;
  readonly refusedBy: readonly string[];
  readonly dependsOn: readonly string[];
}

export interface Step {
  readonly event: Readonly<Record<string, string | number | null>>;
  readonly data: unknown;
  readonly from: string | null;
  readonly to: string;
  readonly taken: string | null;
  readonly postings: readonly { readonly from: string; readonly to: string; readonly persons: number }[];
  readonly before: Readonly<Record<string, unknown>> | null;
  readonly after: Readonly<Record<string, unknown>>;
}

export interface Moment {
  readonly seq: number;
  readonly recordedtime: string | null;
  readonly step: Step | null;
  readonly refusal: { readonly type: string | null; readonly code: string; readonly message: string } | null;
  readonly logged: unknown;
  readonly state: string;
  readonly openness: readonly Openness[];
}

export interface History {
  readonly machine: string;
  readonly seq: number;
  readonly moments: readonly Moment[];
}

export interface RollItem {
  readonly theatre: string;
  readonly timeline: string;
  readonly title: string;
  readonly basis: string;
}

export interface WhatIf {
  readonly kind: 'accepted' | 'refused';
  readonly taken?: string | null;
  readonly to?: string | null;
  readonly refusal?: { readonly message: string };
}

export interface Field {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly anyOf?: readonly Field[];
}

export interface PayloadSchema {
  readonly title: string;
  readonly properties?: Readonly<Record<string, Field>>;
  readonly required?: readonly string[];
}

/** Asks the service; throws with what it answered if that is no success. */
export async function ask<T>(path: string, init?: RequestInit): Promise<T> {
  const response = await fetch(path, init);
  if (!response.ok) throw new Error(`${response.status} ${response.statusText}: ${path}`);
  return response.json();
}
