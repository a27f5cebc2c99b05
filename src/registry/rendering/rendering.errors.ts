import { defineProblem } from '../../platform/errors/index.js';

export const invalidTemplate = defineProblem('invalid-template', {
  status: 422,
  title: 'A template is not valid',
});
export const undeclaredVariable = defineProblem('undeclared-variable', {
  status: 422,
  title: 'A template uses a variable that is not declared',
});
export const includesNotSupported = defineProblem('includes-not-supported', {
  status: 422,
  title: 'A template includes another prompt, which is not supported yet',
});
export const renderVariablesInvalid = defineProblem('render-variables-invalid', {
  status: 422,
  title: 'The variables do not fit the prompt',
});
export const renderTooLarge = defineProblem('render-too-large', {
  status: 422,
  title: 'The rendered prompt is larger than allowed',
});
export const renderBudgetExceeded = defineProblem('render-budget-exceeded', {
  status: 422,
  title: 'Rendering the prompt takes more steps than allowed',
});
