// Loaded into a service before anything else: every SIGUSR2 puts its wall clock back by an hour. All the time of
// day that Muster sees comes from Date; durations come from the monotonic clock, which no change of the time moves.
let shiftMs = 0;
process.on('SIGUSR2', () => {
  shiftMs -= 3_600_000;
});
const RealDate = Date;
globalThis.Date = class extends RealDate {
  constructor(...parts) {
    if (parts.length === 0) super(RealDate.now() + shiftMs);
    else super(...parts);
  }
  static now() {
    return RealDate.now() + shiftMs;
  }
};
