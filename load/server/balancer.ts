import { accessSync, constants, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import {
  findFreePort,
  makeThrowawayDirectory,
  startThrowawayServer,
} from '../../test/support/throwaway-server.js';

/** The program; on Debian it is not on an ordinary user's PATH. */
export function findNginx(): string | undefined {
  const directories = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin'];
  return directories
    .map((directory) => join(directory, 'nginx'))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/**
 * An nginx in front of instances, set up as the documentation of promptd says: names are passed on
 * as they came, and what no instance has taken goes to the next. Answers its URL; it ends with the run.
 */
export async function startBalancer(urls: readonly string[]): Promise<string> {
  const servers = urls.map((url) => `server ${new URL(url).host} max_fails=1 fail_timeout=1s;`);
  return startNginx(
    `
    upstream instances {
      ${servers.join('\n      ')}
      keepalive 64;
    }`,
    `
      location / {
        # Without a URI: nginx would decode the %2F in names.
        proxy_pass http://instances;
        proxy_http_version 1.1;
        proxy_set_header Connection "";
        proxy_set_header Host $http_host;
        proxy_connect_timeout 1s;
      }`,
  );
}

/** An nginx that answers one string at every path. */
export async function startStaticNginx(body: string): Promise<string> {
  const quoted = body.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('$', '');
  return startNginx(
    '',
    `
      default_type application/json;
      location / { return 200 '${quoted}'; }`,
  );
}

async function startNginx(outside: string, inside: string): Promise<string> {
  const program = findNginx();
  if (program === undefined) throw new Error('nginx is not installed');
  const port = await findFreePort();
  const { path, user } = makeThrowawayDirectory('nginx', 'nobody');
  const config = join(path, 'nginx.conf');
  writeFileSync(
    config,
    `
daemon off;
worker_processes 1;
pid ${join(path, 'pid')};
error_log stderr notice;
events { worker_connections 1024; }
http {
  access_log off;
  keepalive_requests 1000000000;
${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `  ${name}_temp_path ${join(path, name)};`).join('\n')}
${outside}
  server {
    listen 127.0.0.1:${port};
${inside}
  }
}
`,
  );
  await startThrowawayServer({
    ...(user && { user }),
    directory: path,
    commands: [[program, '-e', 'stderr', '-c', config]],
    readyText: 'start worker process ',
  });
  return `http://127.0.0.1:${port}`;
}
