export * from './platform.errors.js';
export {
  defineProblem,
  problemCatalogue,
  Problem,
  type FieldError,
  type ProblemFactory,
} from './problem.js';
