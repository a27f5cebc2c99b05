export { contentComponents } from './content/content.openapi.js';
export { noSuchPrompt } from './prompts/prompt-access.js';
export { isPromptName } from './prompts/prompt-name.js';
export { RegistryModule } from './registry.module.js';
export { IndexedPrompt, type IndexedVersion } from './versions/indexed-prompt.js';
export { PromptIndexRepository } from './versions/prompt-index.repository.js';
export { parseSelector, type Selector } from './versions/selector.js';
export { versionBody, versionETag } from './versions/version-body.js';
export { VersionLookupRepository } from './versions/version-lookup.repository.js';
export { versionPath } from './versions/versions.controller.js';
export { VersionResponse } from './versions/versions.dto.js';
export {
  invalidSelector,
  noSuchVersion,
  purgedVersion,
  unknownSelector,
  versionPurged,
} from './versions/versions.errors.js';
