import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/**
 * Every route that the server answers, as `GET /path/:parameter`, whoever registered it. HEAD and
 * OPTIONS are left out: the framework adds them by itself.
 */
export function serverRoutes(nest: NestFastifyApplication): string[] {
  const tree = nest.getHttpAdapter().getInstance().printRoutes();
  const parents: string[] = [];
  return tree.split('\n').flatMap((line) => {
    // A line is `│   └── /segment (GET, HEAD)`, four characters of indentation for each level.
    const match = /^([│ ]*)[├└]── (\S*)(?: \((.+)\))?$/.exec(line);
    if (!match) return [];
    const [, indentation = '', segment = '', methods = ''] = match;
    const depth = indentation.length / 4;
    const path = (parents[depth - 1] ?? '') + segment;
    parents[depth] = path;
    return methods
      .split(', ')
      .filter((method) => !['', 'HEAD', 'OPTIONS'].includes(method))
      .map((method) => `${method} ${path}`);
  });
}
