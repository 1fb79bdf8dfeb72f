interface Props {
  /** `More contingents` */
  readonly label: string;
  readonly load: () => void;
}

/** Loads what comes next; on paper says that something does. */
export function More({ label, load }: Props) {
  return (
    <>
      <button type="button" onClick={load}>
        {label}
      </button>
      <p class="quiet on-paper">There is more, which was not loaded when this was printed.</p>
    </>
  );
}
