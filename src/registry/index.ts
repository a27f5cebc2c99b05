export { contentComponents } from './content/content.openapi.js';
export { noSuchPrompt } from './prompts/prompt-access.js';
export { RegistryModule } from './registry.module.js';
export { IndexedPrompt, type IndexedVersion } from './versions/indexed-prompt.js';
export { PromptIndexRepository } from './versions/prompt-index.repository.js';
export { parseSelector, type Selector } from './versions/selector.js';
export { versionETag } from './versions/version-body.js';
export { type FoundVersion, VersionReader } from './versions/version-reader.js';
export { versionPath } from './versions/versions.controller.js';
export { VersionResponse } from './versions/versions.dto.js';
export {
  invalidSelector,
  noSuchVersion,
  purgedVersion,
  unknownSelector,
  versionPurged,
} from './versions/versions.errors.js';
