import { Inject, Injectable } from '@nestjs/common';
import { Gauge } from 'prom-client';
import { actorOf, type Principal } from '../../platform/authorization/index.js';
import { overloaded } from '../../platform/errors/index.js';
import { rateLimited } from '../../platform/http/index.js';
import { Metrics } from '../../platform/telemetry/index.js';
import type { ChangeStream } from './change-stream.js';
import { StreamLimits } from './stream-limits.js';

const headers = { 'Retry-After': '5' };

/** The streams of this instance. */
@Injectable()
export class OpenStreams {
  private readonly byProject = new Map<string, Set<ChangeStream>>();
  private readonly counts = new Map<string, number>();
  private total = 0;
  private closed = false;

  constructor(
    private readonly limits: StreamLimits,
    @Inject(Metrics) { registry }: Metrics,
  ) {
    const read = () => this.total;
    new Gauge({
      name: 'promptd_change_streams',
      help: 'Event streams of changes that are open at this instance.',
      registers: [registry],
      collect() {
        this.set(read());
      },
    });
  }

  /** @throws overloaded, rate-limited */
  refuseExcess(principal: Principal): void {
    this.refuseWhenClosed();
    if (this.total >= this.limits.maxStreams) throw noMoreStreams();
    if ((this.counts.get(ownerOf(principal)) ?? 0) >= this.limits.maxPerPrincipal) {
      throw rateLimited(
        `One caller may have ${this.limits.maxPerPrincipal} streams open at an instance: close one.`,
        { headers },
      );
    }
  }

  /** @throws overloaded */
  refuseWhenClosed(): void {
    if (this.closed) throw noMoreStreams();
  }

  /** Until its body is closed, whoever closes it. */
  add(stream: ChangeStream): void {
    const { projectId, principal } = stream.reader;
    const ofProject = this.byProject.get(projectId) ?? new Set();
    this.byProject.set(projectId, ofProject.add(stream));
    this.count(principal, 1);
    stream.body.once('close', () => {
      ofProject.delete(stream);
      if (ofProject.size === 0) this.byProject.delete(projectId);
      this.count(principal, -1);
    });
  }

  of(projectId: string): readonly ChangeStream[] {
    return [...(this.byProject.get(projectId) ?? [])];
  }

  all(): readonly ChangeStream[] {
    return [...this.byProject.values()].flatMap((streams) => [...streams]);
  }

  /** Takes no more. */
  close(): void {
    this.closed = true;
  }

  private count(principal: Principal, change: 1 | -1): void {
    const owner = ownerOf(principal);
    const count = (this.counts.get(owner) ?? 0) + change;
    if (count === 0) this.counts.delete(owner);
    else this.counts.set(owner, count);
    this.total += change;
  }
}

function ownerOf(principal: Principal): string {
  const { kind, id } = actorOf(principal);
  return `${kind} ${id ?? ''}`;
}

function noMoreStreams() {
  return overloaded('This instance takes no more streams; try again in 5 seconds.', { headers });
}
