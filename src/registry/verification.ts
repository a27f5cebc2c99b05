export { contentDigest } from './content/content-digest.js';
export {
  verifiableVersion,
  type VerifiableVersion,
  type VersionFault,
  versionFault,
} from './versions/verify-version.js';
