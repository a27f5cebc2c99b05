export { type AllowList, parseAllowList } from './allow-list.js';
export {
  type FailureReason,
  OutboundFailed,
  OutboundRefused,
  type RefusalReason,
} from './outbound-error.js';
export { OutboundHttp, type OutboundRequest, type OutboundResponse } from './outbound-http.js';
export { OutboundModule } from './outbound.module.js';
