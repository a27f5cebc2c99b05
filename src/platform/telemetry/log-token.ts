/** The token for the program's logger. */
export const LOGGER = Symbol('logger');
