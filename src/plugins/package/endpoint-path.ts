const literal = /^[A-Za-z0-9_~-]+(?:\.[A-Za-z0-9_~-]+)*$/;
const parameter = /^:[A-Za-z][A-Za-z0-9_]{0,31}$/;
const reserved = new Set([
  ':constructor',
  ':prototype',
  ':toString',
  ':valueOf',
  ':hasOwnProperty',
]);
const maxSegments = 16;

/** What is wrong with the path of an endpoint; undefined when nothing is. */
export function endpointPathFault(path: string): string | undefined {
  if (!path.startsWith('/')) return 'A path begins with a slash, such as /reports/:name.';
  const segments = path.slice(1).split('/');
  if (segments[0] === '-') return 'A path that begins with /- is promptd’s own; choose another.';
  if (segments.length > maxSegments) return `A path has at most ${maxSegments} segments.`;
  const good = segments.every(
    (one) => literal.test(one) || (parameter.test(one) && !reserved.has(one)),
  );
  if (!good) {
    return 'Between slashes there is a literal of letters, digits, _ ~ - and dots inside, or :name.';
  }
  const parameters = segments.filter((one) => one.startsWith(':'));
  if (new Set(parameters).size < parameters.length) return 'A parameter is named twice.';
  return undefined;
}

/** Paths with one shape answer the same requests. */
export function endpointShape(path: string): string {
  return path.replaceAll(/:[^/]*/g, ':');
}
