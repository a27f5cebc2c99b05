export { contentComponents } from './content/content.openapi.js';
export { RegistryModule } from './registry.module.js';
export { versionETag } from './versions/version-body.js';
export { type FoundVersion, VersionReader } from './versions/version-reader.js';
export { versionPath } from './versions/versions.controller.js';
export { VersionResponse } from './versions/versions.dto.js';
export { invalidSelector, unknownSelector, versionPurged } from './versions/versions.errors.js';
