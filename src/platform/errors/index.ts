export * from './platform.errors.js';
export {
  defineProblem,
  problemCatalogue,
  Problem,
  type FieldError,
  type ProblemDefinition,
  type ProblemFactory,
  type ProblemOptions,
} from './problem.js';
