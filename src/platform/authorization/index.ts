export * from './operation-context.js';
export * from './permissions.js';
export * from './policy.port.js';
export * from './principal.js';
