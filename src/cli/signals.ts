/** Aborts on Ctrl-C or SIGTERM, once; a second Ctrl-C ends the process as it would without us. */
export function abortOnSignals(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => controller.abort(signal));
  return controller.signal;
}
