/** A JSON value as it comes out of a parsed body. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export type VariableType =
  'string' | 'number' | 'integer' | 'boolean' | 'enum' | 'array' | 'object' | 'messages';

/** One input of a prompt. A variable with a default is optional whatever `required` says. */
export interface Variable {
  readonly name: string;
  readonly type: VariableType;
  /** Absent means required, unless there is a default. */
  readonly required?: boolean;
  readonly default?: Json;
  /** The allowed values of type `enum`. */
  readonly enum?: readonly string[];
  /** Longest accepted value of type `string`, in UTF-16 code units. */
  readonly maxLength?: number;
  readonly description?: string;
}

export interface Message {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

/** Stands where the caller's own messages go; names a variable of type `messages`. */
export interface Placeholder {
  readonly placeholder: string;
}

export interface Example {
  readonly input: string;
  readonly output: string;
}

export interface Sections {
  readonly role?: string;
  readonly task: string;
  readonly context?: string;
  readonly constraints?: readonly string[];
  readonly outputFormat?: string;
  readonly examples?: readonly Example[];
}

export interface Tool {
  readonly name: string;
  readonly description?: string;
  /** JSON Schema 2020-12 of the arguments. */
  readonly parameters?: JsonObject;
}

/** Advice for callers and for runs; never interpreted by the registry. */
export interface ModelSettings {
  readonly provider?: string;
  readonly name?: string;
  readonly parameters?: JsonObject;
}

interface Contract {
  readonly variables?: readonly Variable[];
  /** JSON Schema 2020-12 of what the model is to answer. */
  readonly outputSchema?: JsonObject;
  readonly tools?: readonly Tool[];
  readonly model?: ModelSettings;
}

export interface TextContent extends Contract {
  readonly kind: 'text';
  readonly text: string;
}
export interface ChatContent extends Contract {
  readonly kind: 'chat';
  readonly messages: readonly (Message | Placeholder)[];
}
export interface StructuredContent extends Contract {
  readonly kind: 'structured';
  readonly sections: Sections;
}

/** What a version holds, already checked against the content schema. */
export type Content = TextContent | ChatContent | StructuredContent;

export type ContentKind = Content['kind'];
export const contentKinds = ['text', 'chat', 'structured'] as const satisfies ContentKind[];
