export { type JsonLimits, jsonLimits, parseStrictJson } from './strict-json.js';
