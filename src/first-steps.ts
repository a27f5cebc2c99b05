import type { CreatedAdmin } from './access/index.js';

/** The one-time password, if this start made one up: no later start can tell it. */
export function firstPassword(admin: CreatedAdmin | undefined): string {
  if (admin?.generatedPassword === undefined) return '';
  return `
  The first admin is ${admin.username}, with the one-time password

    ${admin.generatedPassword}

  It is shown only now, and has to be changed at the first login:
`;
}

/** What a person at the terminal should do next. A service manager's log takes no harm from it. */
export function firstSteps(
  url: string,
  admin: CreatedAdmin | undefined,
  passwordLogin: boolean,
): string {
  const server = url === 'http://127.0.0.1:8080' ? '' : ` --server ${url}`;
  const who = passwordLogin ? `--username ${admin?.username ?? 'admin'}` : '--oidc';
  const login = `npx promptd login ${who}${server}`;
  return `
  promptd listens on ${url} (API reference: ${url}/docs)
${firstPassword(admin)}
    ${login}

`;
}
