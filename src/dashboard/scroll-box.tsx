import type { ComponentChildren } from 'preact';

interface Props {
  /** What is in it, for those who do not see it. */
  readonly label: string;
  readonly isFramed?: boolean;
  readonly children: ComponentChildren;
}

/** Room for what may be wider than the page: it scrolls in its own box. */
export function ScrollBox({ label, isFramed = false, children }: Props) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
    <section class={isFramed ? 'scroll framed' : 'scroll'} tabIndex={0} aria-label={label}>
      {children}
    </section>
  );
}
