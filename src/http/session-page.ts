import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Access } from './access.ts';
import { requireSameOrigin } from './gate.ts';
import { sessionCookie } from './sessions.ts';
import type { HttpSettings } from './settings.ts';

/** Where a browser shows its token. */
export const SESSION_PATH = '/session';

const MEDIA_TYPE = 'application/x-www-form-urlencoded';
const MOST_BYTES = 4_096;
/** Signing in so often in a minute from one address is a mistake, or no person. */
const SIGN_INS_PER_MINUTE = 20;

const STYLE = `
  :root { color-scheme: light dark; color: CanvasText; background: Canvas; font: 1rem/1.5 system-ui, sans-serif }
  body { margin: 0; min-height: 100vh; display: grid; place-content: safe center; justify-items: center }
  main { box-sizing: border-box; width: min(26rem, 100vw); padding: 1.5rem }
  h1 { margin: 0 0 .25rem; font-size: 1.25rem }
  p { margin: 0 0 1rem }
  label { display: block; margin-bottom: .25rem; font-weight: 600 }
  input { box-sizing: border-box; width: 100%; min-height: 2.75rem; margin-bottom: 1rem; padding: .25rem .5rem; font: inherit }
  button { min-height: 2.75rem; padding: .25rem 1.25rem; font: inherit; font-weight: 600 }
  [role=alert] { border-left: .25rem solid #c62828; padding-left: .75rem }
`;

/** What the dashboard shows stands behind the `#` of its address, which a browser keeps to itself: so it is added here. */
const SCRIPT = `for (const to of document.getElementsByName('to')) to.value += location.hash`;

/** The one style and the one script that this page may have, named by their hashes. */
const [STYLE_SOURCE, SCRIPT_SOURCE] = [STYLE, SCRIPT].map(
  (text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`,
);

const FIELDS = {
  'content-security-policy': `default-src 'none'; style-src ${STYLE_SOURCE}; script-src ${SCRIPT_SOURCE}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
  // Without a referrer a browser sends a form with the origin "null", which is nobody's.
  'referrer-policy': 'same-origin',
} as const;

/**
 * Serves the page on which a reader shows a token, so that a browser can read what needs one: its requests can't
 * carry a bearer token, a session they can. The token goes nowhere but into the request that shows it.
 */
export function addSessionPage(app: FastifyInstance, access: Access, settings: HttpSettings): void {
  const cookieOf = (session: string | null, { headers }: FastifyRequest) =>
    sessionCookie(
      session,
      headers['x-forwarded-proto'] === 'https' || settings.publicUrls.areTlsFor(headers),
    );

  app.register(async (scope) => {
    scope.addContentTypeParser(
      MEDIA_TYPE,
      { parseAs: 'string', bodyLimit: MOST_BYTES },
      (_request, body, done) => done(null, new URLSearchParams(String(body))),
    );

    scope.get<{ Querystring: { to?: string } }>(SESSION_PATH, ({ caller, query }, reply) =>
      send(
        reply,
        page({ name: caller.by === 'session' ? caller.name : null, to: localPath(query.to), isWrong: false }),
      ),
    );

    const rateLimit = { max: SIGN_INS_PER_MINUTE, timeWindow: 60_000 };
    scope.post(SESSION_PATH, { config: { rateLimit } }, (request, reply) => {
      requireSameOrigin(settings, request);
      const form = request.body instanceof URLSearchParams ? request.body : new URLSearchParams();
      const to = localPath(form.get('to') ?? undefined);
      access.signOut(request.headers);
      if (form.has('leave')) {
        return reply.header('set-cookie', cookieOf(null, request)).redirect(SESSION_PATH, 303);
      }
      const session = access.signIn((form.get('token') ?? '').trim());
      if (session === null) return send(reply.code(401), page({ name: null, to, isWrong: true }));
      return reply.header('set-cookie', cookieOf(session, request)).redirect(to, 303);
    });
  });
}

/** Where to sign in and come back from. */
export function signInAddress(url: string): string {
  return `${SESSION_PATH}?${new URLSearchParams({ to: localPath(url) })}`;
}

function send(reply: FastifyReply, html: string): FastifyReply {
  return reply.headers(FIELDS).type('text/html; charset=utf-8').send(html);
}

/** An address on this server; `/` for any other, so that nobody is sent elsewhere after signing in. */
function localPath(to: string | undefined): string {
  const here = 'http://localhost';
  if (to === undefined || !URL.canParse(to, here)) return '/';
  const { origin, pathname, search, hash } = new URL(to, here);
  return origin === here && /^\/(?!\/)/.test(pathname) ? `${pathname}${search}${hash}` : '/';
}

interface Shown {
  /** Whose session it is. */
  readonly name: string | null;
  readonly to: string;
  readonly isWrong: boolean;
}

function page({ name, to, isWrong }: Shown): string {
  const body =
    name === null
      ? `${isWrong ? '<p role="alert">This is no token of this server.</p>' : '<p>This server shows its rolls to whoever has a token.</p>'}
<form method="post" action="${SESSION_PATH}">
<input type="hidden" name="to" value="${escaped(to)}">
<label for="token">Token</label>
<input id="token" name="token" type="password" autocomplete="current-password" required autofocus spellcheck="false">
<button>Sign in</button>
</form>
<script>${SCRIPT}</script>`
      : `<p>Signed in with the token ${escaped(name)}. <a href="/">To the dashboard</a></p>
<form method="post" action="${SESSION_PATH}"><button name="leave" value="1">Sign out</button></form>`;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${isWrong ? 'Wrong token – ' : ''}Sign in – Muster</title>
<style>${STYLE}</style>
<main>
<h1>Muster</h1>
${body}
</main>
</html>
`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
