export {
  verifiableVersion,
  type VerifiableVersion,
  type VersionFault,
  versionFault,
} from './versions/verify-version.js';
