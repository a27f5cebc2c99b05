export { Soon } from './soon.js';
export { BoundedQueue, type QueueBounds } from './bounded-queue.js';
