/**
 * The largest event taken anywhere, in bytes of its JSON text: what fits a NATS message of 1 MB (the server's
 * default `max_payload`) with room for its headers.
 */
export const MAX_EVENT_BYTES = 1_048_576 - 4_096;

/** The deepest nesting of objects and arrays in an event; a legitimate payload needs four. */
export const MAX_EVENT_DEPTH = 32;
