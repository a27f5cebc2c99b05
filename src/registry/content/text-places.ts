import { type Content, type Sections } from './content.js';

/** Every template text of a content by its path, such as `messages/0/content`, in reading order. */
export function textPlaces(content: Content): ReadonlyMap<string, string> {
  switch (content.kind) {
    case 'text':
      return new Map([['text', content.text]]);
    case 'chat':
      return new Map(
        content.messages.flatMap((message, index) =>
          'content' in message ? [[`messages/${index}/content`, message.content]] : [],
        ),
      );
    case 'structured':
      return new Map(sectionPlaces(content.sections));
  }
}

function sectionPlaces(sections: Sections): [string, string][] {
  const { role, task, context, constraints = [], outputFormat, examples = [] } = sections;
  const places: [string, string | undefined][] = [
    ['sections/role', role],
    ['sections/task', task],
    ...constraints.map((text, index): [string, string] => [`sections/constraints/${index}`, text]),
    ['sections/outputFormat', outputFormat],
    ...examples.flatMap(({ input, output }, index): [string, string][] => [
      [`sections/examples/${index}/input`, input],
      [`sections/examples/${index}/output`, output],
    ]),
    ['sections/context', context],
  ];
  return places.filter((place): place is [string, string] => place[1] !== undefined);
}
