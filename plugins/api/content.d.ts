declare module 'promptd:api' {
  /** What a version holds. The registry has checked it: it fits this type. */
  export type Content = TextContent | ChatContent | StructuredContent;

  export interface TextContent extends Contract {
    kind: 'text';
    text: string;
  }

  export interface ChatContent extends Contract {
    kind: 'chat';
    messages: (Message | Placeholder)[];
  }

  export interface StructuredContent extends Contract {
    kind: 'structured';
    sections: Sections;
  }

  /** The part that callers depend on. Texts of all kinds are Mustache templates over the variables. */
  export interface Contract {
    variables?: Variable[];
    /** JSON Schema 2020-12 of what the model is to answer. */
    outputSchema?: Record<string, Json>;
    tools?: { name: string; description?: string; parameters?: Record<string, Json> }[];
    /** Advice for callers; the registry does not read it. */
    model?: { provider?: string; name?: string; parameters?: Record<string, Json> };
  }

  export interface Variable {
    name: string;
    type: 'string' | 'number' | 'integer' | 'boolean' | 'enum' | 'array' | 'object' | 'messages';
    /** Absent means required, unless there is a default. */
    required?: boolean;
    default?: Json;
    enum?: string[];
    maxLength?: number;
    description?: string;
  }

  export interface Message {
    role: 'system' | 'user' | 'assistant';
    content: string;
  }

  /** Stands where the caller's own messages go. */
  export interface Placeholder {
    placeholder: string;
  }

  export interface Sections {
    role?: string;
    task: string;
    context?: string;
    constraints?: string[];
    outputFormat?: string;
    examples?: { input: string; output: string }[];
  }
}
