/** Word that there is something new, for all who wait for it at that moment. */
export class News {
  #coming: Promise<void> | null = null;
  #announce = () => {};

  /** Resolves when news is next told: one promise for all who ask before that. */
  next(): Promise<void> {
    this.#coming ??= new Promise((resolve) => {
      this.#announce = resolve;
    });
    return this.#coming;
  }

  tell(): void {
    this.#coming = null;
    this.#announce();
  }

  /** Tells it when the signal aborts too, so that who ends by it wakes up; until the returned function is called. */
  tellOnAbort(signal: AbortSignal): () => void {
    const tell = () => this.tell();
    signal.addEventListener('abort', tell);
    return () => signal.removeEventListener('abort', tell);
  }
}
