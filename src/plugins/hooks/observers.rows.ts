import { ascii, bigint, defineRows, id, integer, time } from '../../platform/database/index.js';

/** A plugin that hears of events. The row is what instances take turns at. */
export interface ObserverRow {
  plugin: string;
  claimedBy: string | null;
  claimedUntil: number;
  /** Null while it is being made. */
  observesSince: number | null;
}

export const observerRows = defineRows<ObserverRow>('plugin_observers', {
  columns: {
    plugin: ascii(64, { primary: true }),
    claimedBy: id({ nullable: true }),
    claimedUntil: time(),
    observesSince: time({ nullable: true }),
  },
});

/** How far a plugin has heard of a project. A project that came later has no row before its first event. */
export interface ObserverCursorRow {
  id: string;
  plugin: string;
  projectId: string;
  /** The last one of which all is done. */
  revision: number;
  /** How many events of the next revision are done. */
  position: number;
  /** How often the next event was tried in vain. */
  tries: number;
  /** Null when it need not wait. */
  dueAt: number | null;
}

export const observerCursorRows = defineRows<ObserverCursorRow>('plugin_observer_cursors', {
  columns: {
    id: id({ primary: true }),
    plugin: ascii(64),
    projectId: id(),
    revision: bigint(),
    position: integer(),
    tries: integer(),
    dueAt: time({ nullable: true }),
  },
  uniques: { uq_plugin_observer_cursors_place: ['plugin', 'projectId'] },
  foreignKeys: [
    {
      name: 'fk_plugin_observer_cursors_observer',
      columns: ['plugin'],
      references: 'plugin_observers',
      on: ['plugin'],
    },
    {
      name: 'fk_plugin_observer_cursors_project',
      columns: ['projectId'],
      references: 'projects',
      on: ['id'],
    },
  ],
});
