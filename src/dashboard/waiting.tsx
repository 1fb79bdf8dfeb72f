import { useEffect, useState } from 'preact/hooks';

const LONG_S = 10;

interface Props {
  /** What is under way: `Reading the map`. */
  readonly what: string;
  readonly look?: string;
}

/** Says what the page waits for, and when it waits long. */
export function Waiting({ what, look = 'notice' }: Props) {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const more = setInterval(() => setSeconds((before) => before + LONG_S), LONG_S * 1_000);
    return () => clearInterval(more);
  }, []);
  return (
    <p class={look}>
      {what}…{seconds > 0 && ` The server has not answered for ${seconds} s; the page goes on waiting.`}
    </p>
  );
}
