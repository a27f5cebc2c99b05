import { Injectable } from '@nestjs/common';

/** The bounds of the streams of one instance; a test makes them smaller. */
@Injectable()
export class StreamLimits {
  /** Balancers cut connections that are silent for a minute. */
  heartbeatMs = 15_000;
  /** A reader that takes nothing for so long is gone, or as good as. */
  stalledMs = 60_000;
  /** Beyond that the reader is slow and changes wait. */
  maxBufferedBytes = 64 * 1024;
  /** Changes that wait for a slow reader; with more they are forgotten, and it has to look itself. */
  maxWaiting = 256;
  maxStreams = 1_000;
  maxPerPrincipal = 20;
  /** Events that a reader may be behind and still be told each of them. */
  maxBehind = 1_000;
  /** How long a stop waits for readers to take the rest. */
  endWithinMs = 1_000;
}
