import { serialize } from 'node:v8';
import type { MessagePort } from 'node:worker_threads';
import { Gazetteer } from '../readmodels/map/locate.ts';
import type { ReportDocument } from '../readmodels/reports/reports.ts';
import type { RollDocument } from '../readmodels/roll-document.ts';
import { createKernels } from '../roll/kernels.ts';
import { answerCourse, type CourseAnswer } from './course-answer.ts';
import { readPages } from './entry-pages.ts';
import { ourReference } from './reference.ts';
import { answerReports, type ReportsQuestion } from './reports-answer.ts';
import { Trails } from './trails.ts';
import { type ViewAnswer, type ViewedLog, type ViewQuestion, viewAnswer } from './view-answer.ts';

const CONTINGENTS_PER_SLICE = 1_000;

/** A view's answer on its way to another thread: there a hundred thousand contingents are unpacked bit by bit. */
export interface PackedAnswer extends Omit<ViewAnswer, 'document'> {
  readonly document: Omit<RollDocument, 'contingents'> | null;
  /** Contingents in the order of the document, serialised. */
  readonly slices: readonly Uint8Array[];
}

interface Job<Q> {
  readonly question: Q;
  /** Where the entries are given (see entry-pages.ts). */
  readonly port: MessagePort;
}

const kernels = createKernels();
const trails = new Trails(kernels);
const gazetteer = new Gazetteer((await ourReference()).places);

/** Answers a question for reports, in a worker thread. */
export async function reports({ question, port }: Job<ReportsQuestion>): Promise<readonly ReportDocument[]> {
  try {
    return await answerReports(kernels, question, () => readPages(port, { from: 1, to: question.to }));
  } finally {
    port.close();
  }
}

/** Answers a question for the course of a roll, in a worker thread. */
export async function course({ question, port }: Job<ViewedLog>): Promise<CourseAnswer> {
  try {
    return await answerCourse(kernels, question, () => readPages(port, { from: 1, to: question.to }));
  } finally {
    port.close();
  }
}

/** Answers one question, in a worker thread. */
export default async function answer({ question, port }: Job<ViewQuestion>): Promise<PackedAnswer> {
  try {
    const fold = await trails.fold(question, (range) => readPages(port, range));
    const { document, ...rest } = viewAnswer(question, fold, gazetteer);
    if (document === null) return { ...rest, document, slices: [] };
    const { contingents, ...about } = document;
    const slices: Uint8Array[] = [];
    for (let from = 0; from < contingents.length; from += CONTINGENTS_PER_SLICE) {
      slices.push(serialize(contingents.slice(from, from + CONTINGENTS_PER_SLICE)));
    }
    return { ...rest, document: about, slices };
  } finally {
    port.close();
  }
}
