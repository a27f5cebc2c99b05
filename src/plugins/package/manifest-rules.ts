import semver from 'semver';
import type { FieldError } from '../../platform/errors/index.js';
import { limitsOf } from '../runner/runner-limits.js';
import { controlFault } from './control-fault.js';
import { endpointPathFault, endpointShape } from './endpoint-path.js';
import { isFilePath } from './file-path.js';
import { type Manifest, observedEvents, vetoEvents } from './manifest.js';

/** What the schema of a manifest cannot say. */
export function manifestRuleErrors(manifest: Manifest): readonly FieldError[] {
  const found = [
    ...releaseErrors(manifest),
    ...hookErrors(manifest),
    ...endpointErrors(manifest),
    ...modalErrors(manifest),
    ...limitErrors(manifest),
    ...uiErrors(manifest),
  ];
  return found.filter((error) => error !== undefined);
}

type Found = readonly (FieldError | undefined)[];

function releaseErrors({ version, engines, entry, capabilities, http }: Manifest): Found {
  const mayFetch = capabilities.includes('http');
  return [
    semver.valid(version) !== version
      ? error(
          '/version',
          'invalid-version',
          'This must be one version as in semver 2.0.0, such as 1.4.0 or 2.0.0-rc.1: no v, no ' +
            'range, no build metadata.',
        )
      : undefined,
    engines.promptd.trim() === '' || semver.validRange(engines.promptd) === null
      ? error(
          '/engines/promptd',
          'invalid-range',
          'This must be a range such as ^0.1.0 or >=0.1 <2.',
        )
      : undefined,
    !isFilePath(entry) || !entry.endsWith('.js')
      ? error('/entry', 'invalid-entry', 'This must be the path of a .js file in the tree.')
      : undefined,
    mayFetch !== (http !== undefined)
      ? error(
          '/http',
          mayFetch ? 'required' : 'unknown-property',
          'http.allow is there when the capability http is, and only then.',
        )
      : undefined,
  ];
}

function hookErrors({ hooks = [] }: Manifest): Found {
  return [
    ...duplicates(hooks, '/hooks', 'event', ({ event }) => event),
    ...hooks.flatMap(({ event, kind, onError }, index) => {
      const canVeto = vetoEvents.some((one) => one === event);
      const isKnown = canVeto || observedEvents.some((one) => one === event);
      return [
        isKnown ? undefined : unknownEvent(`/hooks/${index}/event`),
        isKnown && canVeto !== (kind === 'veto')
          ? error(
              `/hooks/${index}/kind`,
              'wrong-kind',
              `A veto is for ${vetoEvents.join(', ')}; every other event is observed.`,
            )
          : undefined,
        (kind === 'veto') !== (onError !== undefined)
          ? error(
              `/hooks/${index}/onError`,
              kind === 'veto' ? 'required' : 'unknown-property',
              'A veto says what stands when it fails, deny or allow; an observer does not.',
            )
          : undefined,
      ];
    }),
  ];
}

/** A plugin would wait for ever for an event that nobody tells. */
function unknownEvent(pointer: string): FieldError {
  const events = [...vetoEvents, ...observedEvents].join(', ');
  return error(pointer, 'unknown-event', `This must be one of ${events}.`);
}

function endpointErrors({ endpoints = [], modals = [] }: Manifest): Found {
  return [
    ...duplicates(
      endpoints,
      '/endpoints',
      'path',
      ({ method, path }) => `${method} ${endpointShape(path)}`,
    ),
    ...ambiguousPaths(endpoints),
    ...endpoints.flatMap(({ path, launchesModal }, index) => {
      const fault = endpointPathFault(path);
      return [
        fault === undefined ? undefined : error(`/endpoints/${index}/path`, 'invalid-path', fault),
        launchesModal !== undefined && !modals.some(({ name }) => name === launchesModal)
          ? error(
              `/endpoints/${index}/launchesModal`,
              'unknown-modal',
              'This must name one of modals.',
            )
          : undefined,
      ];
    }),
  ];
}

/** Beside others, a path that is one parameter would take what generated clients send for them. */
function ambiguousPaths(endpoints: NonNullable<Manifest['endpoints']>): Found {
  if (!endpoints.some(({ path }) => path.includes('/', 1))) return [];
  return endpoints.map(({ path }, index) =>
    path.startsWith('/:') && !path.includes('/', 1)
      ? error(
          `/endpoints/${index}/path`,
          'ambiguous-path',
          'A path of one parameter stands beside none of several segments; put a literal before it, ' +
            'such as /reports/:name.',
        )
      : undefined,
  );
}

function modalErrors({ modals = [] }: Manifest): Found {
  return [
    ...duplicates(modals, '/modals', 'name', ({ name }) => name),
    ...modals.flatMap(({ actions }, index) => [
      ...duplicates(actions, `/modals/${index}/actions`, 'name', ({ name }) => name),
      ...actions.map(({ name }, position) =>
        name === 'open' || name === 'stop'
          ? error(
              `/modals/${index}/actions/${position}/name`,
              'reserved-name',
              'Every modal has open and stop by itself; choose another name.',
            )
          : undefined,
      ),
    ]),
  ];
}

function uiErrors({ ui = [], modals = [] }: Manifest): Found {
  return [
    ...duplicates(ui, '/ui', 'name', ({ name }) => name),
    ...ui.flatMap((control, index) => {
      const fault = controlFault(control);
      return [
        fault === undefined ? undefined : error(`/ui/${index}`, 'odd-control', fault),
        control.type === 'button' && !modals.some(({ name }) => name === control.action)
          ? error(
              `/ui/${index}/action`,
              'unknown-modal',
              'A button of ui opens a modal; this must name one of modals.',
            )
          : undefined,
      ];
    }),
  ];
}

/** Each is within its bounds by the schema; whether there is room for all of them is another question. */
function limitErrors({ limits = {} }: Manifest): Found {
  try {
    limitsOf(limits);
    return [];
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    return [error('/limits', 'out-of-range', `${cause.message}.`)];
  }
}

/** An error for each item that has the key of one before it. */
function duplicates<T>(
  items: readonly T[],
  pointer: string,
  field: string,
  keyOf: (item: T) => string,
): Found {
  const keys = items.map(keyOf);
  return keys.map((key, index) => {
    const first = keys.indexOf(key);
    return first === index
      ? undefined
      : error(`${pointer}/${index}/${field}`, 'duplicate', `The item ${first} is for the same.`);
  });
}

function error(pointer: string, code: string, detail: string): FieldError {
  return { pointer, code, detail };
}
