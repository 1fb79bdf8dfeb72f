import { type RollId, rollName } from '../../events/ids.ts';
import type { BatchSubmission } from './service.ts';
import type { Telemetry } from './telemetry.ts';

/** Takes note of an event that is handed in, with the `traceparent` that came along; to be called with its answer. */
export function observeSubmission(
  telemetry: Telemetry,
  roll: RollId,
  bytes: Uint8Array,
  traceparent: string | undefined,
): (answer: BatchSubmission) => void {
  const { traces } = telemetry;
  const leave = traces.enter(bytes, traceparent);
  const span = traces.of({ bytes })?.begin('muster submit', { 'muster.roll': rollName(roll) });
  return (answer) => {
    leave();
    const code = 'refusal' in answer ? (answer.refusal?.code ?? '') : '';
    if (answer.kind !== 'not-tried') telemetry.submitted(answer.kind, code);
    const seq = 'seq' in answer ? answer.seq : null;
    span?.end({ 'muster.answer': answer.kind, ...(seq !== null && { 'muster.seq': seq }) });
  };
}
