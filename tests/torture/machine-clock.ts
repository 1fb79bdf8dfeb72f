/** Milliseconds of a clock that all processes of the machine share and that no change of the time moves. */
export const nowMs = (): number => Number(process.hrtime.bigint()) / 1e6;
