export { type AllowList, parseAllowList } from './allow-list.js';
export { OutboundFailed, OutboundRefused } from './outbound-error.js';
export { OutboundHttp, type OutboundRequest, type OutboundResponse } from './outbound-http.js';
export { OutboundModule } from './outbound.module.js';
