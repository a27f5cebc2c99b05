import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiResponse } from '@nestjs/swagger';
import { anyJson } from '../package/control.openapi.js';

const text = { schema: { type: 'string' as const } };
const name = { schema: { type: 'string' as const } };

/** By these a caller tells what a plugin answers from a problem of promptd with the same status. */
const headers = {
  'X-Promptd-Plugin': { description: 'The plugin that answers.', required: true, ...name },
  'X-Promptd-Plugin-Unsigned': {
    description: '`true` when nobody signed the plugin.',
    schema: { type: 'string' as const, enum: ['true'] },
  },
  'X-Promptd-Launches-Modal': {
    description: 'The modal of the plugin that the caller may open to go on.',
    ...name,
  },
};

const content = {
  'application/json': { schema: anyJson },
  'text/plain': text,
  'text/markdown': text,
  'text/csv': text,
};

/**
 * The document says of plugins what is the same for all of them; `GET /v1/plugins/{plugin}` says what one
 * takes and answers, in the `input` and `output` of its manifest's endpoints.
 */
export function PluginAnswers(): MethodDecorator {
  const schemas = 'the manifest of the plugin may declare a schema of it.';
  return applyDecorators(
    ApiResponse({
      status: 200,
      description: `What the plugin answers; ${schemas}`,
      headers,
      content,
    }),
    ApiResponse({
      status: '2XX',
      description: `As 200, with the status that the plugin chose; ${schemas} 204 and 205 have no body.`,
      ...{ headers, content },
    }),
    ApiResponse({
      status: '3XX',
      description: 'The plugin answers so, without `Location`: nobody is led anywhere.',
      ...{ headers, content },
    }),
    ApiResponse({
      status: '4XX',
      description:
        'The plugin refuses in its own words, whatever status it chose: with `X-Promptd-Plugin`, and never ' +
        'as `application/problem+json`, which problems of promptd are.',
      ...{ headers, content },
    }),
  );
}

export function PluginBody(): MethodDecorator {
  return ApiBody({
    required: false,
    description:
      'JSON of at most 256 KiB. The manifest of the plugin may declare a schema, as `input` of the endpoint; ' +
      'what does not fit it is `validation-failed` and never reaches the plugin.',
    schema: anyJson,
  });
}
