export { DeliveryModule } from './delivery.module.js';
export { FrontReads } from './front/front-reads.js';
