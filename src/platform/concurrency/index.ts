export { BoundedQueue, type QueueBounds } from './bounded-queue.js';
