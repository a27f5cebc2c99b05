import { defineRows, id, text } from '../../platform/database/index.js';

/** What finds the few prompts that may have a rare word; made by `gramsOf` of the search text. */
export interface PromptGramRow {
  gram: string;
  promptId: string;
}

/** Without a foreign key, which would need a second index as large as the table. */
export const promptGramRows = defineRows<PromptGramRow>('prompt_grams', {
  columns: {
    gram: text(3, { primary: true }),
    promptId: id({ primary: true }),
  },
});
