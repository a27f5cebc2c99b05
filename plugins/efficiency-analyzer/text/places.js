/** @import { Content } from 'promptd:api' */

/**
 * One template text of a content.
 *
 * @typedef {object} Place
 * @property {string} path such as `messages/0/content`
 * @property {boolean} instructs whether a model reads it as orders: everything but what a user says
 * @property {string} text
 */

/**
 * Every template text of a content, in reading order.
 *
 * @param {Content} content
 * @returns {Place[]}
 */
export function placesOf(content) {
  switch (content.kind) {
    case 'text':
      return [{ path: 'text', instructs: true, text: content.text }];
    case 'chat':
      return content.messages.flatMap((message, index) =>
        'content' in message
          ? [
              {
                path: `messages/${index}/content`,
                instructs: message.role === 'system',
                text: message.content,
              },
            ]
          : [],
      );
    case 'structured':
      return placesOfSections(content.sections);
  }
}

/**
 * @param {import('promptd:api').Sections} sections
 * @returns {Place[]}
 */
function placesOfSections({ role, task, context, constraints = [], outputFormat, examples = [] }) {
  /** @type {[string, string | undefined][]} */
  const found = [
    ['role', role],
    ['task', task],
    ...constraints.map(
      (text, index) => /** @type {[string, string]} */ ([`constraints/${index}`, text]),
    ),
    ['outputFormat', outputFormat],
    ...examples.flatMap(
      ({ input, output }, index) =>
        /** @type {[string, string][]} */ ([
          [`examples/${index}/input`, input],
          [`examples/${index}/output`, output],
        ]),
    ),
    ['context', context],
  ];
  return found.flatMap(([name, text]) =>
    text === undefined ? [] : [{ path: `sections/${name}`, instructs: name !== 'context', text }],
  );
}

/** @param {Place[]} places */
export function wholeText(places) {
  return places.map(({ text }) => text).join('\n\n');
}
