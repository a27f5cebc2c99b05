import {
  type ChatContent,
  type Content,
  type Json,
  type JsonObject,
  type Message,
} from '../content/content.js';
import { bindVariables } from './bind-variables.js';
import { RenderBudget, renderLimits, type RenderLimits } from './render-budget.js';
import { renderTemplate } from './render-template.js';
import { includesNotSupported } from './rendering.errors.js';
import { structuredMessages } from './structured-messages.js';
import { templates } from './template-cache.js';
import { excerpt } from './template.js';

export type Rendered = RenderedText | RenderedMessages;
export interface RenderedText {
  readonly text: string;
}
export interface RenderedMessages {
  readonly messages: readonly Message[];
}

/** Renders one template of the content; the path is that below `/content`. */
type RenderText = (text: string, path: string) => string;

/**
 * Renders a content that {@link checkTemplates} has passed: kind text to its text, chat and
 * structured to messages. A placeholder gives way to the caller's messages as they are, or to none.
 *
 * @param values what the caller sent, by variable
 * @throws render-variables-invalid, render-too-large, render-budget-exceeded; invalid-template and
 *   includes-not-supported for a content that was not checked
 */
export function renderContent(
  content: Content,
  values: JsonObject,
  limits: RenderLimits = renderLimits,
): Rendered {
  const bound = bindVariables(content.variables ?? [], values);
  const budget = new RenderBudget(limits);
  const render: RenderText = (text, path) =>
    renderTemplate(templates.get(text, `/content/${path}`), bound, budget, refuseInclude);

  switch (content.kind) {
    case 'text':
      return { text: render(content.text, 'text') };
    case 'chat':
      return { messages: chatMessages(content, bound, budget, render) };
    case 'structured': {
      const messages = structuredMessages(content.sections, (text, path) =>
        render(text, `sections/${path}`),
      );
      // A second count, as the first one has not seen the headings.
      withinBudget(messages, new RenderBudget(limits));
      return { messages };
    }
  }
}

function chatMessages(
  { messages }: ChatContent,
  bound: JsonObject,
  budget: RenderBudget,
  render: RenderText,
): readonly Message[] {
  return messages.flatMap((message, index): readonly Message[] =>
    'placeholder' in message
      ? withinBudget(messagesIn(bound[message.placeholder]), budget)
      : [{ role: message.role, content: render(message.content, `messages/${index}/content`) }],
  );
}

/** The binding has checked that a value of type messages is a list of messages. */
function messagesIn(value: Json | undefined): readonly Message[] {
  return (value ?? []) as unknown as readonly Message[];
}

function withinBudget(messages: readonly Message[], budget: RenderBudget): readonly Message[] {
  for (const { content } of messages) {
    budget.spendStep();
    budget.spendOutput(content);
  }
  return messages;
}

function refuseInclude(reference: string): never {
  throw includesNotSupported(`This server cannot include ${excerpt(reference)} yet.`);
}
