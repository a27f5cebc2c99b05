export { type Capability, capabilities, type Manifest } from './package/manifest.js';
export { isPluginName } from './package/parse-manifest.js';
export { PluginFault, type RejectReason } from './package/plugin-fault.js';
export { type PluginPackage, readPackage } from './package/plugin-package.js';
export { checkIsOf, checkRelease } from './signatures/check-release.js';
export { type EnrolmentProof, proofBytes } from './signatures/enrolment-proof.js';
export { readSidecar, sidecarPath } from './signatures/read-sidecar.js';
export {
  type Sidecar,
  sidecarBytes,
  type SignedDocument,
  signedBytes,
} from './signatures/signed-document.js';
export { type KeyFault, type SignerKey, signerKeyOf } from './signatures/signer-key.js';
export { type KeyStatus, keyStatuses, type TrustedKey } from './signatures/trusted-key.js';
