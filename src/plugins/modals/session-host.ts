import { Injectable } from '@nestjs/common';
import { notFound } from '../../platform/errors/index.js';
import { type PluginCall, PluginHost } from '../host/plugin-host.port.js';
import type { HostCall } from '../runner/runner-outcome.js';

/** A host that has sessions to offer and nothing else. */
@Injectable()
export class SessionHost extends PluginHost {
  override of({ updateSession }: PluginCall): HostCall {
    return async (op, argument) => {
      if (op !== 'session.update') throw notFound('This host offers sessions only.');
      if (!updateSession) throw notFound('Only a call of a modal has a session.');
      await updateSession(argument);
      return null;
    };
  }
}
