import pc from 'picocolors';

// picocolors alone looks at stdout for every stream, and takes a CI machine for a terminal.
function coloursOf(stream: NodeJS.WriteStream) {
  const { NO_COLOR: none, FORCE_COLOR: forced, TERM: terminal } = process.env;
  if (none !== undefined && none !== '') return pc.createColors(false);
  if (forced !== undefined && forced !== '') return pc.createColors(forced !== '0' && forced !== 'false');
  return pc.createColors(stream.isTTY === true && terminal !== 'dumb');
}

/** Colours for what goes to stdout; none unless it is a terminal or FORCE_COLOR asks for them. */
export const outColours = coloursOf(process.stdout);

/** The same for stderr. */
export const errColours = coloursOf(process.stderr);

export type Colours = typeof outColours;
